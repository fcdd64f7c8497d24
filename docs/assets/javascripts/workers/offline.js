// Keeps in the browser what its reader has read, and the whole site for the one who asks for it. `SITE`, which the build writes
// (hooks/offline.py), names files with a part of their hash: `pages`, which are all that is needed to read everything, and `extras`;
// and `wholes`, folders whose files are all of one version. One cache holds each file under its address and its hash, so a new version
// fetches only what is not there yet. What is not what the list says is not kept, and a version that lacks something of what it
// should bring is not installed.
(() => {
  "use strict";

  const { core, megabytes } = self.SITE;
  const pages = new Map(Object.entries(self.SITE.pages));
  const revisions = new Map([...pages, ...Object.entries(self.SITE.extras)]);
  const wholes = Object.entries(self.SITE.wholes);
  const root = new URL("./", self.location.href);
  const prefix = `offline ${root.pathname} `;
  const name = `${prefix}files`;
  const WHOLE = new URL("keep-the-whole-site", root).href;
  const AT_ONCE = 6;

  const address = (path) => new URL(path.split("/").map(encodeURIComponent).join("/"), root).href;

  /** Return what a file is called in the list; undefined if the site has none there. */
  function pathOf(url) {
    const { origin, pathname } = new URL(url);
    if (origin !== root.origin || !pathname.startsWith(root.pathname)) return undefined;
    try {
      return decodeURIComponent(pathname.slice(root.pathname.length)).replace(/(^|\/)index\.html$/, "$1");
    } catch {
      return undefined;
    }
  }

  async function digest(body) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Return which version of a file is wanted; undefined if the site has none, as far as the list tells. */
  const revision = (path) => revisions.get(path) ?? wholes.find(([folder]) => path.startsWith(`${folder}/`))?.[1];
  const key = (path) => `${address(path)}?${revision(path)}`;

  /** Fetch a file into the cache, and refuse it if it is of another version. */
  async function keep(cache, path) {
    const answer = await fetch(address(path), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const body = await answer.arrayBuffer();
    const wanted = revisions.get(path);
    if (wanted && !(await digest(body)).startsWith(wanted)) throw new Error(`${path} is of another version`);
    const headers = new Headers(answer.headers);
    for (const header of ["content-encoding", "content-length"]) headers.delete(header);
    const kept = new Response(body, { headers });
    await cache.put(key(path), kept.clone());
    return kept;
  }

  /** Fetch what is not kept yet of some files. */
  async function gather(cache, paths, tell = () => {}) {
    const have = new Set((await cache.keys()).map((request) => request.url));
    const missing = [...paths].filter((path) => !have.has(key(path)));
    let left = missing.length;
    const lane = async () => {
      while (missing.length > 0) {
        await keep(cache, missing.pop());
        left -= 1;
        tell(left);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  /** What all pages need, what is being read, and what earlier versions kept; or everything, if the reader asked for that. */
  async function install() {
    const cache = await caches.open(name);
    if (await cache.match(WHOLE)) return gather(cache, pages.keys());
    const wanted = new Set(core);
    for (const { url } of await cache.keys()) wanted.add(pathOf(url));
    for (const { url } of await self.clients.matchAll({ includeUncontrolled: true })) wanted.add(pathOf(url));
    return gather(cache, [...wanted].filter((path) => pages.has(path)));
  }

  async function forgetEarlier() {
    if (self.registration.installing) return; // its files are being gathered
    for (const other of await caches.keys()) {
      if (other.startsWith(prefix) && other !== name) await caches.delete(other);
    }
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const path = pathOf(url);
      if (url !== WHOLE && (path === undefined || !revision(path) || url !== key(path))) await cache.delete(url);
    }
  }

  /** Keep everything, and tell how much is left; say in the end whether it is kept. */
  async function keepWhole(port) {
    const cache = await caches.open(name);
    try {
      await gather(cache, pages.keys(), (left) => port.postMessage({ left }));
      await cache.put(WHOLE, new Response("yes"));
      port.postMessage({ whole: true });
    } catch {
      port.postMessage({ failed: true });
    }
  }

  async function answer(path, request) {
    const cache = await caches.open(name);
    const kept = await cache.match(key(path));
    if (kept) return kept;
    try {
      return await keep(cache, path);
    } catch {
      return fetch(request);
    }
  }

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(forgetEarlier()));
  self.addEventListener("message", (event) => {
    if (event.data === "take over") self.skipWaiting();
    const [port] = event.ports;
    if (event.data === "keep all") event.waitUntil(keepWhole(port));
    if (event.data === "is all kept?") {
      event.waitUntil(caches.match(WHOLE, { cacheName: name }).then((found) => port.postMessage({ whole: Boolean(found), megabytes })));
    }
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || request.headers.has("range")) return;
    const path = pathOf(request.url);
    if (path === undefined) return;
    if (revision(path)) event.respondWith(answer(path, request));
    else if (request.mode === "navigate" && revisions.has(`${path}/`)) {
      event.respondWith(Response.redirect(address(`${path}/`)));
    }
  });
})();
