/* What is nicer with a script; every page does the same without it. Two things: lists that change in place when a filter
   does (the requests are htmx's, the attributes are on <main> and in components/filters.html), and names suggested under
   a search box while somebody types. */

const root = document.documentElement;
const status = document.getElementById("status");
const narrow = window.matchMedia("(width < 60rem)");
const TYPING = 300;

/* Say something to who cannot see it change: once, and again where it is the same words. */
let saying = 0;

function say(words) {
  clearTimeout(saying);
  status.className = "visually-hidden";
  status.textContent = "";
  saying = setTimeout(() => { status.textContent = words; }, 50);
}

/* Lists in place */

/* Make `old` what `fresh` is and leave alone what is the same: so the focus stays, and what is typed, opened, scrolled.
   `typed` is the field that somebody may be typing in, whose letters count more than the answer's. */
function patch(old, fresh, typed) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  const { checked, value: filled } = fresh; /* before its parts are taken out of it */
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.matches(".results")) old.replaceChildren(...fresh.childNodes);
  else patchChildren(old, fresh, typed);
  if (old.matches("input[type=checkbox]")) old.checked = checked;
  else if (old.matches("input, select") && old !== typed) old.value = filled;
}

/* A child is the same as before if it has the same id (a label: that of the field in it), or is the next of its sort. */
function patchChildren(old, fresh, typed) {
  const key = (node) => `${node.nodeName} ${node.id || (node.nodeName === "LABEL" && node.querySelector("input")?.id) || ""}`;
  const before = [...old.childNodes];
  const pairs = [...fresh.childNodes].map((next) => {
    const at = before.findIndex((node) => key(node) === key(next));
    return [at < 0 ? null : before.splice(at, 1)[0], next];
  });
  for (const node of before) node.remove();
  let place = old.firstChild;
  for (const [same, next] of pairs) {
    if (same && same === place) place = place.nextSibling;
    else old.insertBefore(same || next, place);
    if (same) patch(same, next, typed);
  }
}

/* Put the fresh content in place, keep the focus or take it where reading goes on, and say what there is now. */
function renew(main, fresh, typed) {
  const active = document.activeElement;
  const inside = active.closest(".results");
  const chip = inside ? [...inside.querySelectorAll(".chips a")].indexOf(active) : -1;
  const turned = active.closest(".pages");
  patch(main, fresh, typed);
  const heading = main.querySelector(".results h2");
  const chips = main.querySelectorAll(".chips li:not(:last-child) a");
  if (chip >= 0 && chips.length) chips[Math.min(chip, chips.length - 1)].focus({ preventScroll: true });
  else if (inside) arrive(heading);
  else if (active.isConnected && active !== document.activeElement) active.focus({ preventScroll: true });
  const page = turned && main.querySelector(".pages [aria-current]");
  say((page || heading).textContent.trim());
  /* What else on the page leads to where the reader is now. */
  for (const link of document.querySelectorAll(".languages a")) link.setAttribute("href", link.pathname + location.search);
  for (const line of document.querySelectorAll(".site-footer .print-only")) line.textContent = location.href;
}

function arrive(heading) {
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ block: "nearest" });
}

/* Say in sight that no answer came. The form is as it was, and can be sent without a script. */
function fail(words) {
  clearTimeout(saying);
  root.classList.remove("live");
  status.textContent = words;
  status.className = "fault";
}

function enhanceLists(htmx) {
  const main = document.getElementById("content");
  const form = () => main.querySelector(".filters");
  let restoring = null;
  let timer = 0;
  let refused = false;
  let series = null; /* the field that is typed in: its pauses are one step of the history */

  root.classList.add("live");
  htmx.defineExtension("patch", {
    isInlineSwap: (style) => style === "patch",
    handleSwap(style, target, fragment) {
      /* Out of the history comes <main> itself, and what its address says counts more than what is typed. */
      const back = fragment.nodeName === "MAIN";
      const typed = back || document.activeElement.matches("[type=checkbox]") ? null : document.activeElement;
      renew(target, back ? fragment : fragment.firstElementChild, typed);
      root.classList.add("live");
      refused = false;
      return [target];
    },
  });

  main.addEventListener("input", ({ target }) => {
    if (!target.matches(".filters input:is([type=search], [type=text])")) return;
    clearTimeout(timer);
    timer = setTimeout(() => htmx.trigger(form(), "typed"), TYPING);
  });
  main.addEventListener("change", () => clearTimeout(timer));
  main.addEventListener("submit", (event) => {
    clearTimeout(timer);
    /* The browser sends what was refused here, and shows the directory's own answer. */
    if (refused) event.stopImmediatePropagation();
  }, { capture: true });
  main.addEventListener("focusout", () => { series = null; });

  main.addEventListener("htmx:configRequest", (event) => {
    const { elt, formData, triggeringEvent } = event.detail;
    if (status.className === "fault") say("");
    restoring?.abort();
    if (elt !== form()) return;
    /* What is empty stays out of the address. */
    const filled = [...formData].filter(([, value]) => value !== "");
    for (const name of new Set(formData.keys())) formData.delete(name);
    for (const [name, value] of filled) formData.append(name, value);
    const asked = new URLSearchParams(filled).toString();
    const same = root.matches(".live") && asked === new URLSearchParams(location.search).toString();
    if (same) event.preventDefault();
    if (triggeringEvent?.type === "submit" && narrow.matches) {
      /* On the phone the button leads from the sheet to what it found. */
      form().querySelector(".filter-sheet").open = false;
      arrive(main.querySelector(".results h2"));
    }
  });
  /* What goes wrong is said on the page, and that a newer request has taken the place of an older one is no error. */
  main.addEventListener("htmx:beforeSend", ({ detail }) => { detail.error = ""; });
  document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    const typing = event.detail.requestConfig?.triggeringEvent?.type === "typed" && document.activeElement;
    if (typing && typing === series) event.detail.history.type = "replace";
    series = typing || null;
  });

  main.addEventListener("htmx:sendError", () => fail(status.dataset.away));
  main.addEventListener("htmx:timeout", () => fail(status.dataset.away));
  main.addEventListener("htmx:responseError", () => {
    refused = true;
    fail(status.dataset.refused);
  });

  /* Back and forward ask the server; the last step counts. */
  document.body.addEventListener("htmx:historyCacheMiss", ({ detail }) => {
    htmx.trigger(main, "htmx:abort");
    clearTimeout(timer);
    restoring?.abort();
    restoring = detail.xhr;
    restoring.onerror = () => fail(status.dataset.away);
    restoring.onloadend = () => { restoring = null; };
  });
  document.body.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());
}

/* Suggestions: a combobox with a list, as the ARIA Authoring Practices have it; nothing is chosen but by the reader */

function suggest(form) {
  const input = form.querySelector("input[name=q]");
  const address = new URL("suggest/", form.action);
  const box = document.createElement("div");
  const known = new Map();
  let asked = null;
  let timer = 0;

  box.className = "suggestions";
  box.id = `${input.id}-suggestions`;
  box.hidden = true;
  form.classList.add("with-suggestions");
  input.after(box);
  /* A search field may not be a combobox; a text field may, and can have the same keyboard. */
  input.type = "text";
  for (const [name, value] of Object.entries({
    role: "combobox", inputmode: "search", enterkeyhint: "search", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-haspopup": "listbox",
  })) input.setAttribute(name, value);

  const options = () => [...box.querySelectorAll("[role=option]")];
  const active = () => box.querySelector("[aria-selected=true]");

  function choose(option) {
    active()?.setAttribute("aria-selected", "false");
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function close() {
    clearTimeout(timer);
    asked?.abort();
    choose(null);
    box.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-controls");
  }

  function show(fragment) {
    choose(null);
    const copy = fragment.cloneNode(true);
    const told = copy.querySelector("p");
    const list = copy.querySelector("[role=listbox]");
    if (list) list.id = `${box.id}-list`;
    /* Two boxes of one page may show the same names. */
    for (const option of copy.querySelectorAll("[role=option]")) option.id = `${box.id}-${option.id}`;
    told?.remove();
    box.replaceChildren(copy);
    box.hidden = !list;
    input.setAttribute("aria-expanded", String(Boolean(list)));
    if (list) input.setAttribute("aria-controls", list.id);
    else input.removeAttribute("aria-controls");
    if (told) say(told.textContent);
  }

  async function ask() {
    const query = input.value.trim();
    asked?.abort();
    if (query.length < 2) {
      close();
      return;
    }
    if (!known.has(query)) {
      asked = new AbortController();
      const { signal } = asked;
      address.search = new URLSearchParams({ q: query });
      try {
        const answer = await fetch(address, { signal, credentials: "omit" });
        if (!answer.ok) throw new Error(answer.status);
        const template = document.createElement("template");
        template.innerHTML = await answer.text();
        known.set(query, template.content);
      } catch {
        if (!signal.aborted) close(); /* without suggestions the box is a plain one */
        return;
      }
      if (signal.aborted) return;
    }
    if (document.activeElement === input) show(known.get(query));
  }

  input.addEventListener("input", (event) => {
    if (event.isComposing) return;
    choose(null);
    clearTimeout(timer);
    timer = setTimeout(ask, TYPING / 2);
  });
  input.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, TYPING / 2); });
  input.addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== input) close(); }, 0));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const all = options();
    const at = all.indexOf(active());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (box.hidden) {
        ask();
        return;
      }
      /* One stop between the last and the first: the words as typed. */
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(at + 1 + step + all.length + 1) % (all.length + 1) - 1]);
    } else if (box.hidden) {
      return;
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      all[at].click();
    } else if (["Home", "End", "ArrowLeft", "ArrowRight"].includes(event.key)) {
      choose(null); /* the caret moves in what was typed */
    }
  });
  /* The focus stays in the box, so that a press is not lost when the list would close on leaving it. */
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", (event) => { if (event.target.closest("a") && !event.ctrlKey && !event.metaKey) close(); });
}

for (const form of document.querySelectorAll("form[role=search]")) suggest(form);
if (window.htmx && document.querySelector(".filters")) enhanceLists(window.htmx);
