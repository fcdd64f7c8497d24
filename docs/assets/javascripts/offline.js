// Asks the browser to keep what is read (workers/offline.js), offers to keep everything, and tells when a newer version lies ready. Nothing
// changes under a reader's eyes: a version is read whole, until the reader takes the next one or closes the last page.
(() => {
  "use strict";

  if (!("serviceWorker" in navigator)) return;
  const workers = navigator.serviceWorker;
  const root = new URL("../../", document.currentScript.src);
  const DISMISSED = "offline.dismissed";
  const words = document.documentElement.lang.startsWith("n")
    ? {
        ready: "En nyere utgave av nettstedet er klar.",
        load: "Les den",
        old: "Denne siden er av en eldre utgave.",
        reload: "Last den på nytt",
        dismiss: "Ikke nå",
        keep: (size) => `Behold hele nettstedet for lesing uten nett (${size} MB)`,
        left: (count) => `Henter: ${count} filer igjen.`,
        whole: "Hele nettstedet kan leses uten nett.",
        failed: "Det lot seg ikke hente. Prøv igjen.",
      }
    : {
        ready: "A newer version of this site is ready.",
        load: "Read it",
        old: "This page is of an older version.",
        reload: "Load it again",
        dismiss: "Not now",
        keep: (size) => `Keep the whole site for reading offline (${size} MB)`,
        left: (count) => `Fetching: ${count} files left.`,
        whole: "The whole site can be read offline.",
        failed: "It could not be fetched. Try again.",
      };
  let asked = false;

  // It must be in the page before it says something: then screen readers tell it.
  const notice = document.createElement("div");
  notice.className = "site-notice";
  notice.setAttribute("aria-live", "polite");
  document.body.append(notice);

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    return made;
  }

  function tell(text, action, act) {
    const dismiss = () => {
      sessionStorage.setItem(DISMISSED, "yes");
      notice.replaceChildren();
    };
    notice.replaceChildren(text, " ", button(action, act), " ", button(words.dismiss, dismiss));
  }

  function offer(worker) {
    if (!workers.controller || sessionStorage.getItem(DISMISSED)) return;
    tell(words.ready, words.load, () => {
      asked = true;
      worker.postMessage("take over");
    });
  }

  function watch(worker) {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed") offer(worker);
    });
  }

  workers.addEventListener("controllerchange", () => {
    if (asked) location.reload();
    else if (workers.controller) tell(words.old, words.reload, () => location.reload());
  });

  // The choice to keep everything stands at the page's foot. Until it is made, only what was read is kept.

  function ask(worker, question, hear) {
    const channel = new MessageChannel();
    channel.port1.onmessage = ({ data }) => hear(data);
    worker.postMessage(question, [channel.port2]);
  }

  function offerWhole(worker) {
    const foot = document.querySelector(".md-footer");
    if (!foot || !worker) return;
    const place = document.createElement("p");
    place.className = "site-offline md-grid";
    place.setAttribute("role", "status");
    foot.append(place);
    ask(worker, "is all kept?", ({ whole, megabytes }) => {
      const offered = button(words.keep(megabytes), () =>
        ask(worker, "keep all", ({ left, whole: done, failed }) => {
          if (done) place.textContent = words.whole;
          else if (failed) place.replaceChildren(words.failed, " ", offered);
          else if (left % 20 === 0) place.textContent = words.left(left);
        }),
      );
      place.replaceChildren(whole ? words.whole : offered);
    });
  }

  async function start() {
    const saving = navigator.connection?.saveData && !workers.controller;
    const registration = saving ? null : await workers.register(new URL("service-worker.js", root));
    if (!registration) return;
    if (registration.waiting) offer(registration.waiting);
    watch(registration.installing);
    workers.ready.then(({ active }) => offerWhole(active));
    registration.addEventListener("updatefound", () => watch(registration.installing));
  }

  // After the page: what is kept for later waits for what is read now. Where it can't be kept, it reads as before.
  addEventListener("load", () => start().catch(() => {}));
})();
