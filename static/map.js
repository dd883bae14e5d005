// Lets a map be moved and brought closer: buttons, keys, drag, wheel. Without it every marker is still a link.

const CLOSEST = 8;
const STEP = 1.6;
// From this many pixels on, a map has room for the markers of the desk.
const DESK = 544;
const still = matchMedia("(prefers-reduced-motion: reduce)");

function enhance(figure) {
  const picture = figure.querySelector(".map-view");
  const ground = picture.querySelector(".map-ground");
  const [, , wide, high] = ground.getAttribute("viewBox").split(" ").map(Number);
  const spots = [...picture.querySelectorAll(".spot")].map((spot) => ({
    spot,
    x: parseFloat(spot.getAttribute("x")) / 100,
    y: parseFloat(spot.getAttribute("y")) / 100,
  }));
  // The upper left corner that is seen, as shares of the whole, and how many times closer than the whole it is.
  let view = { x: 0, y: 0, scale: 1 };
  let moving = 0;

  const frame = document.createElement("div");
  frame.className = "map-frame";
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", figure.dataset.keys);
  picture.before(frame);
  frame.append(picture);

  const buttons = document.createElement("div");
  buttons.className = "map-buttons";
  const [closer, wider, whole] = [
    ["+", figure.dataset.closer, () => zoom(STEP)],
    ["−", figure.dataset.wider, () => zoom(1 / STEP)],
    [figure.dataset.whole, "", () => go({ x: 0, y: 0, scale: 1 })],
  ].map(([sign, label, press]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    if (label) button.setAttribute("aria-label", label);
    button.addEventListener("click", press);
    buttons.append(button);
    return button;
  });
  figure.append(buttons);

  function within({ x, y, scale }) {
    const kept = Math.min(Math.max(scale, 1), CLOSEST);
    const room = 1 - 1 / kept;
    return { x: Math.min(Math.max(x, 0), room), y: Math.min(Math.max(y, 0), room), scale: kept };
  }

  function draw() {
    const { x, y, scale } = view;
    ground.setAttribute("viewBox", `${x * wide} ${y * high} ${wide / scale} ${high / scale}`);
    for (const each of spots) {
      each.spot.setAttribute("x", `${(each.x - x) * scale * 100}%`);
      each.spot.setAttribute("y", `${(each.y - y) * scale * 100}%`);
    }
    figure.toggleAttribute("data-near", picture.clientWidth * scale >= DESK);
    frame.toggleAttribute("data-zoomed", scale > 1);
    closer.setAttribute("aria-disabled", scale >= CLOSEST);
    wider.setAttribute("aria-disabled", scale <= 1);
    whole.setAttribute("aria-disabled", scale <= 1);
  }

  function go(wanted, atOnce = still.matches) {
    cancelAnimationFrame(moving);
    const from = view, to = within(wanted), start = performance.now();
    const step = (now) => {
      const part = atOnce ? 1 : Math.min(Math.max((now - start) / 180, 0), 1);
      const eased = 1 - (1 - part) ** 3;
      const between = (name) => from[name] + (to[name] - from[name]) * eased;
      view = { x: between("x"), y: between("y"), scale: between("scale") };
      draw();
      if (part < 1) moving = requestAnimationFrame(step);
    };
    if (atOnce) step(start);
    else moving = requestAnimationFrame(step);
  }

  // Comes closer about a point that stays where it is: the middle, if none is given.
  function zoom(times, across = 0.5, down = 0.5, atOnce) {
    const scale = Math.min(Math.max(view.scale * times, 1), CLOSEST);
    const shift = 1 / view.scale - 1 / scale;
    go({ x: view.x + across * shift, y: view.y + down * shift, scale }, atOnce);
  }

  function move(across, down, atOnce) {
    go({ ...view, x: view.x + across / view.scale, y: view.y + down / view.scale }, atOnce);
  }

  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], ArrowUp: [0, -0.2], ArrowDown: [0, 0.2] };
    if (["+", "="].includes(event.key)) zoom(STEP);
    else if (["-", "−"].includes(event.key)) zoom(1 / STEP);
    else if (event.key === "0") go({ x: 0, y: 0, scale: 1 });
    else if (event.key in moves && event.target === frame && view.scale > 1) move(...moves[event.key]);
    else return;
    event.preventDefault();
  });

  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !frame.contains(document.activeElement)) return;
    event.preventDefault();
    const box = picture.getBoundingClientRect();
    const times = Math.exp(Math.min(Math.max(-event.deltaY, -60), 60) / 150);
    zoom(times, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, true);
  }, { passive: false });

  let drag = null;
  picture.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.isPrimary && view.scale > 1) drag = { x: event.clientX, y: event.clientY, from: view };
  });
  picture.addEventListener("pointermove", (event) => {
    if (!drag || !event.isPrimary) return;
    const across = event.clientX - drag.x, down = event.clientY - drag.y;
    if (!drag.moved && Math.hypot(across, down) < 5) return;
    if (!drag.moved) picture.setPointerCapture(event.pointerId);
    drag.moved = true;
    frame.toggleAttribute("data-dragged", true);
    const { width, height } = picture.getBoundingClientRect(), { x, y, scale } = drag.from;
    go({ x: x - across / width / scale, y: y - down / height / scale, scale }, true);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    picture.addEventListener(end, () => {
      // The click that ends a drag opens no marker.
      if (drag?.moved) {
        const stop = (click) => { click.preventDefault(); click.stopPropagation(); };
        picture.addEventListener("click", stop, { capture: true, once: true });
        setTimeout(() => picture.removeEventListener("click", stop, { capture: true }));
      }
      drag = null;
      frame.toggleAttribute("data-dragged", false);
    });
  }
  // A dragged link would be carried away instead of the map.
  picture.addEventListener("dragstart", (event) => event.preventDefault());

  // A marker that gets the focus is brought into view.
  picture.addEventListener("focusin", (event) => {
    const found = spots.find((each) => each.spot.contains(event.target));
    if (!found || drag) return;
    const size = 1 / view.scale, edge = size * 0.05;
    const inside = (at, from) => at >= from + edge && at <= from + size - edge;
    if (view.scale > 1 && !(inside(found.x, view.x) && inside(found.y, view.y))) {
      go({ ...view, x: found.x - size / 2, y: found.y - size / 2 }, true);
    }
  });

  new ResizeObserver(draw).observe(picture);
}

document.querySelectorAll("[data-map]").forEach(enhance);
