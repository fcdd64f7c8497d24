// The picture of the whole graph: drawn on a canvas, by mouse and by keyboard. Places come from the build.
(() => {
  "use strict";
  const root = document.querySelector(".slipbox-graph-page");
  if (!root) return;
  const canvas = root.querySelector("canvas");
  const pen = canvas.getContext("2d");
  const status = root.querySelector("[data-status]");
  const search = root.querySelector("[data-search]");
  const folder = root.querySelector("[data-folder]");
  const tag = root.querySelector("[data-tag]");
  const base = new URL(root.dataset.graph, location.href);
  let notes = [], links = [], near = [], shown = [], chosen = -1, waiting = false;
  const view = { x: 0, y: 0, scale: 1 };
  // Of each note, by its number: where it is on the screen, and how large its dot is.
  let px = [], py = [], dots = [];
  // The numbers of the notes, the most linked first; and of those, the ones in view.
  let ranked = [], seen = [];

  const later = () => { if (!waiting) { waiting = true; requestAnimationFrame(draw); } };
  // From afar the dots are smaller: thousands of them would be one blot.
  const shrink = () => Math.min(1, Math.max(0.25, Math.sqrt(view.scale)));
  const inside = (number, width, height) => px[number] > -50 && py[number] > -50 && px[number] < width + 50 && py[number] < height + 50;

  let placed = "";

  function place(width, height) {
    const { x, y, scale } = view;
    const key = [x, y, scale, width, height].join();
    if (key === placed) return;
    placed = key;
    for (let number = 0; number < notes.length; number += 1) {
      px[number] = (notes[number].x - x) * scale + width / 2;
      py[number] = (notes[number].y - y) * scale + height / 2;
    }
    seen = ranked.filter((number) => inside(number, width, height));
  }

  function draw() {
    waiting = false;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    const style = getComputedStyle(canvas);
    const ink = style.color;
    const dot = style.getPropertyValue("--slipbox-node").trim() || ink;
    place(width, height);
    thread(width, height, ink, ratio);
    const close = new Set(chosen >= 0 ? near[chosen] : []);
    scatter(width, height, dot, ratio);
    if (chosen >= 0) {
      pen.globalAlpha = 1;
      pen.fillStyle = dot;
      spots(pen, [...close, chosen].filter((number) => shown[number]));
    }
    label(close, style, ratio);
    canvas.dataset.drawn = `${Number(canvas.dataset.drawn ?? 0) + 1}`;
  }

  // All dots, faint beside a chosen note. Where the view rests, they too lie on a sheet: a hover draws a few of them anew.
  const rest = document.createElement("canvas");
  let scatterKey = "", restKey = "";

  function scatter(width, height, dot, ratio) {
    const key = [placed, version, ratio, dot].join();
    const strength = chosen < 0 ? 1 : 0.45;
    if (key !== scatterKey) {
      scatterKey = key;
      all(pen, dot, strength);
      return;
    }
    if (key !== restKey) {
      restKey = key;
      [rest.width, rest.height] = [canvas.width, canvas.height];
      const brush = rest.getContext("2d");
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      all(brush, dot, 1);
    }
    pen.globalAlpha = strength;
    pen.drawImage(rest, 0, 0, width, height);
  }

  // Faint ones first: what is filtered out.
  function all(brush, dot, strength) {
    brush.fillStyle = dot;
    for (const kept of [false, true]) {
      brush.globalAlpha = kept ? strength : 0.08;
      spots(brush, seen.filter((number) => shown[number] === kept));
    }
  }

  // Small dots are squares, which cost a tenth and look the same; all others are one path, filled once.
  function spots(brush, numbers) {
    const factor = shrink();
    brush.beginPath();
    for (const number of numbers) {
      const radius = number === chosen && brush === pen ? dots[number] * factor + 3 : dots[number] * factor;
      if (radius < 2) brush.fillRect(px[number] - radius, py[number] - radius, 2 * radius, 2 * radius);
      else {
        brush.moveTo(px[number] + radius, py[number]);
        brush.arc(px[number], py[number], radius, 0, 7);
      }
    }
    brush.fill();
  }

  // The links lie on a sheet of their own, drawn anew only when the view has changed. Thousands of them wait until the
  // reader rests: moving stays smooth, and a hover draws no link but those of its note.
  const sheet = document.createElement("canvas");
  let sheetKey = "", restedKey = "", resting = 0, version = 0;

  function thread(width, height, ink, ratio) {
    const key = [view.x, view.y, view.scale, version, canvas.width, canvas.height, ink].join();
    if (key !== sheetKey && key !== restedKey && sheetKey && links.length > 3000) {
      clearTimeout(resting);
      resting = setTimeout(() => { restedKey = key; later(); }, 120);
      return;
    }
    if (key !== sheetKey) {
      sheetKey = key;
      [sheet.width, sheet.height] = [canvas.width, canvas.height];
      const brush = sheet.getContext("2d");
      brush.setTransform(ratio, 0, 0, ratio, 0, 0);
      brush.globalAlpha = Math.max(0.03, Math.min(0.25, 0.08 + view.scale * 0.1) * Math.min(1, Math.sqrt(3000 / links.length)));
      lines(brush, links, width, height, ink);
    }
    pen.globalAlpha = 1;
    pen.drawImage(sheet, 0, 0, width, height);
    if (chosen < 0) return;
    pen.globalAlpha = 0.8;
    lines(pen, near[chosen].map((other) => [chosen, other]), width, height, ink);
  }

  function lines(brush, pairs, width, height, ink) {
    brush.strokeStyle = ink;
    brush.lineWidth = 1;
    brush.beginPath();
    for (const [a, b] of pairs) {
      if (!shown[a] || !shown[b] || (!inside(a, width, height) && !inside(b, width, height))) continue;
      brush.moveTo(px[a], py[a]);
      brush.lineTo(px[b], py[b]);
    }
    brush.stroke();
  }

  // Labels go to the chosen note and its neighbours first, then to the most linked, as long as none covers another.
  function label(close, style, ratio) {
    pen.globalAlpha = 1;
    const taken = [], factor = shrink();
    const first = chosen < 0 ? [] : [chosen, ...seen.filter((number) => close.has(number))];
    let tried = 0;
    for (const number of [...first, ...seen]) {
      if (!shown[number] || (number === chosen && tried)) continue;
      tried += 1;
      if (tried > 400 || taken.length >= 60) break;
      const words = written(number, style, ratio);
      const [x, y, half] = [px[number], py[number] - dots[number] * factor - 5, words.width / ratio / 2];
      if (taken.some(([l, t, r, b]) => x - half < r && x + half > l && y - 14 < b && y + 4 > t)) continue;
      taken.push([x - half, y - 14, x + half, y + 4]);
      pen.drawImage(words, Math.round((x - half) * ratio) / ratio, Math.round((y - 16) * ratio) / ratio, 2 * half, 22);
    }
  }

  // Each label is written once, and kept as a picture until the palette changes: writing sixty outlined texts is most of a frame.
  let labels = new Map(), labelKey = "";

  function written(number, style, ratio) {
    const ground = style.getPropertyValue("--slipbox-ground").trim() || style.backgroundColor;
    const key = [style.color, ground, ratio].join();
    if (key !== labelKey || labels.size > 800) [labels, labelKey] = [new Map(), key];
    if (labels.has(number)) return labels.get(number);
    const { title } = notes[number];
    const words = title.length > 40 ? `${title.slice(0, 38)}…` : title;
    const picture = document.createElement("canvas"), brush = picture.getContext("2d");
    const font = "13px " + style.fontFamily;
    brush.font = font;
    picture.width = Math.ceil((brush.measureText(words).width + 8) * ratio);
    picture.height = 22 * ratio;
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    Object.assign(brush, { font, fillStyle: style.color, strokeStyle: ground, lineWidth: 3, lineJoin: "round" });
    brush.strokeText(words, 4, 16);
    brush.fillText(words, 4, 16);
    labels.set(number, picture);
    return picture;
  }

  // Moves the view to a note that it doesn't have.
  function show(number) {
    const { clientWidth: width, clientHeight: height } = canvas;
    place(width, height);
    const [x, y] = [px[number], py[number]];
    if (x < 40 || y < 40 || x > width - 40 || y > height - 40) [view.x, view.y] = [notes[number].x, notes[number].y];
  }

  function choose(number, { centre = false } = {}) {
    chosen = number;
    if (number >= 0) {
      if (centre) show(number);
      status.textContent = `${notes[number].title} · ${near[number].length}`;
    } else status.textContent = "";
    later();
  }

  function filter() {
    const words = search.value.trim().toLocaleLowerCase();
    shown = notes.map((note) => (!words || note.title.toLocaleLowerCase().includes(words))
      && (!folder.value || note.folder === folder.value || note.folder.startsWith(folder.value + "/"))
      && (!tag.value || note.tags.some((name) => name === tag.value || name.startsWith(tag.value + "/"))));
    version += 1;
    const count = shown.filter(Boolean).length;
    choose(words && count ? shown.indexOf(true) : -1, { centre: true });
    if (chosen < 0) status.textContent = `${count} / ${notes.length}`;
  }

  function nearest(x, y, limit) {
    let best = -1, distance = limit;
    for (const number of seen) {
      const gap = Math.hypot(px[number] - x, py[number] - y);
      if (shown[number] && gap < distance) [best, distance] = [number, gap];
    }
    return best;
  }

  // The nearest note in the direction of an arrow key, measured so that straight ahead counts more than aside.
  function step(dx, dy) {
    if (chosen < 0) return nearest(canvas.clientWidth / 2, canvas.clientHeight / 2, Infinity);
    let best = chosen, distance = Infinity;
    notes.forEach((note, number) => {
      const [x, y] = [note.x - notes[chosen].x, note.y - notes[chosen].y];
      const ahead = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx);
      if (shown[number] && number !== chosen && ahead > 0 && ahead + 2 * aside < distance) [best, distance] = [number, ahead + 2 * aside];
    });
    return best;
  }

  function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
    const scale = Math.min(8, Math.max(0.02, view.scale * factor));
    const [dx, dy] = [x - canvas.clientWidth / 2, y - canvas.clientHeight / 2];
    view.x += dx / view.scale - dx / scale;
    view.y += dy / view.scale - dy / scale;
    view.scale = scale;
    later();
  }

  const open = (number) => { if (number >= 0) location.href = new URL(notes[number].url || "./", base).href; };

  function listen() {
    let from = null;
    canvas.addEventListener("pointerdown", (event) => { from = [event.clientX, event.clientY, false]; canvas.setPointerCapture(event.pointerId); });
    canvas.addEventListener("pointermove", (event) => {
      if (!from) {
        const number = nearest(event.offsetX, event.offsetY, 18);
        if (number !== chosen) choose(number);
        return;
      }
      const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
      if (Math.abs(dx) + Math.abs(dy) > 3) from[2] = true;
      if (from[2]) { view.x -= dx / view.scale; view.y -= dy / view.scale; from = [event.clientX, event.clientY, true]; later(); }
    });
    canvas.addEventListener("pointerup", (event) => { if (from && !from[2]) open(nearest(event.offsetX, event.offsetY, 18)); from = null; });
    canvas.addEventListener("wheel", (event) => { event.preventDefault(); zoom(Math.exp(-event.deltaY / 400), event.offsetX, event.offsetY); }, { passive: false });
    canvas.addEventListener("keydown", (event) => {
      const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (arrows[event.key]) choose(step(...arrows[event.key]), { centre: true });
      else if (event.key === "+" || event.key === "=") zoom(1.3);
      else if (event.key === "-") zoom(1 / 1.3);
      else if (event.key === "Escape") choose(-1);
      else if (event.key === "Enter") open(chosen);
      else return;
      event.preventDefault();
    });
    for (const control of [search, folder, tag]) control.addEventListener("input", filter);
    search.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); open(chosen); } });
    new ResizeObserver(later).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
    new MutationObserver(later).observe(document.body, { attributes: true });
  }

  function options(select, names) {
    for (const name of [...new Set(names)].filter(Boolean).sort((a, b) => a.localeCompare(b, "nb"))) select.add(new Option(name, name));
  }

  fetch(base).then((answer) => answer.json()).then((data) => {
    ({ notes, links } = data);
    near = notes.map(() => []);
    dots = notes.map((note) => 2 + Math.sqrt(note.in + 1) * 1.6);
    ranked = notes.map((_, number) => number).sort((a, b) => notes[b].in - notes[a].in);
    for (const [a, b] of links) { near[a].push(b); near[b].push(a); }
    options(folder, notes.map((note) => note.folder));
    options(tag, notes.flatMap((note) => note.tags));
    root.hidden = false;
    const [xs, ys] = [notes.map((note) => note.x), notes.map((note) => note.y)];
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    Object.assign(view, { x: (left + right) / 2, y: (top + bottom) / 2 });
    view.scale = Math.min(2, 0.9 * Math.min(canvas.clientWidth / (right - left + 60), canvas.clientHeight / (bottom - top + 60)));
    listen();
    filter();
  });
})();
