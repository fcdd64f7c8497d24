// Keeps the site in the browser. `SITE`, which the build writes (hooks/offline.py), names every file with a part of its
// hash: `pages` are fetched when the worker is installed, `extras` are kept when a page has used them. A version is whole
// or is not used: what is not what the list says is not kept, and a version that lacks a page is not installed.
(() => {
  "use strict";

  const { version, pages, extras } = self.SITE;
  const revisions = new Map([...Object.entries(pages), ...Object.entries(extras)]);
  const root = new URL("./", self.location.href);
  const prefix = `offline ${root.pathname} `;
  const name = prefix + version;
  const REVISION = "x-revision";
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
    return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** Fetch a file, and refuse it if it is of another version. */
  async function download(path) {
    const answer = await fetch(address(path), { cache: "no-cache" });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const body = await answer.arrayBuffer();
    const revision = await digest(body);
    if (revision !== revisions.get(path)) throw new Error(`${path} is of another version`);
    const headers = new Headers(answer.headers);
    for (const header of ["content-encoding", "content-length"]) headers.delete(header);
    headers.set(REVISION, revision);
    return new Response(body, { headers });
  }

  /** Take what earlier versions hold and is the same in this one; return its paths. */
  async function takeOver(cache) {
    const taken = new Set();
    for (const other of await caches.keys()) {
      if (!other.startsWith(prefix)) continue;
      const earlier = await caches.open(other);
      for (const request of await earlier.keys()) {
        const path = pathOf(request.url);
        const kept = await earlier.match(request);
        if (!revisions.has(path) || kept?.headers.get(REVISION) !== revisions.get(path)) continue;
        if (other !== name) await cache.put(request, kept);
        taken.add(path);
      }
    }
    return taken;
  }

  async function install() {
    const cache = await caches.open(name);
    const taken = await takeOver(cache);
    const missing = Object.keys(pages).filter((path) => !taken.has(path));
    const lane = async () => {
      while (missing.length > 0) {
        const path = missing.pop();
        await cache.put(address(path), await download(path));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  async function forgetEarlier() {
    if (self.registration.installing) return; // its files are being gathered
    for (const other of await caches.keys()) {
      if (other.startsWith(prefix) && other !== name) await caches.delete(other);
    }
  }

  async function answer(path, request) {
    const cache = await caches.open(name);
    const kept = await cache.match(address(path));
    if (kept) return kept;
    try {
      const fetched = await download(path);
      await cache.put(address(path), fetched.clone());
      return fetched;
    } catch {
      return fetch(request);
    }
  }

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(forgetEarlier()));
  self.addEventListener("message", (event) => {
    if (event.data === "take over") self.skipWaiting();
  });
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    if (request.method !== "GET" || request.headers.has("range")) return;
    const path = pathOf(request.url);
    if (path === undefined) return;
    if (revisions.has(path)) event.respondWith(answer(path, request));
    else if (request.mode === "navigate" && revisions.has(`${path}/`)) {
      event.respondWith(Response.redirect(address(`${path}/`)));
    }
  });
})();
