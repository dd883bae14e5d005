// Improves the admin's forms; without it they do the same.

// Shows beside a field how the server reads what is typed in it. Without this, the reading is shown when the form is sent.
const WAIT = 250;
const waiting = new WeakMap();

async function show(field, signal) {
  const place = field.parentElement.querySelector(".reading");
  try {
    const address = `${field.dataset.reading}?${new URLSearchParams({ text: field.value })}`;
    const answer = await fetch(address, { signal });
    if (!answer.ok || answer.redirected) throw new Error(answer.status);
    const { read, sentence } = await answer.json();
    place.textContent = sentence;
    place.classList.toggle("unread", !read);
  } catch (error) {
    if (error.name !== "AbortError") place.textContent = ""; // an old reading must not stand beside a new text
  }
}

document.addEventListener("input", ({ target: field }) => {
  if (!field.dataset?.reading) return;
  waiting.get(field)?.();
  const asking = new AbortController();
  const timer = setTimeout(show, WAIT, field, asking.signal);
  waiting.set(field, () => {
    clearTimeout(timer);
    asking.abort();
  });
});

// A choice found by search is drawn by the admin's own script, which gives it no name: it is named by the field's label.
function name(root) {
  for (const drawn of root.querySelectorAll(".select2-selection:not([data-named])")) {
    const field = drawn.closest(".select2")?.previousElementSibling;
    const label = field?.labels?.[0]?.textContent.trim().replace(/:$/, "");
    if (!label) continue;
    drawn.dataset.named = "";
    drawn.setAttribute("aria-label", label);
    drawn.querySelector("[role=textbox]")?.setAttribute("aria-label", label);
    drawn.querySelector("input")?.setAttribute("aria-label", label);
  }
}

new MutationObserver(() => name(document)).observe(document.body, { childList: true, subtree: true });
name(document);
