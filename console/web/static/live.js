// Keeps the page up to date while it stands open. Without this script every page works, and is as old as its
// last reload. One stream serves all tabs of a browser: it allows six connections to a host, and ten tabs are
// opened. The tab that holds the lock has the stream and tells the others.
"use strict";
(() => {
  const body = document.body;
  const banner = document.getElementById("live");
  if (!body.dataset.events || !banner) return;

  const channel = "BroadcastChannel" in window ? new BroadcastChannel("dayzero") : null;
  let seen = Number(body.dataset.position);
  let cut = false;
  let asking = false;
  let askAgain = false;

  const say = (text) => {
    banner.textContent = text;
    banner.hidden = !text;
    banner.classList.toggle("cut", cut);
  };

  const hear = (message) => {
    if (message.what === "moved" && message.position > seen) {
      seen = message.position;
      refresh();
    } else if (message.what === "cut" && !cut) {
      cut = true;
      say(banner.dataset.cut);
    } else if (message.what === "back" && cut) {
      cut = false;
      say(banner.dataset.back);
      setTimeout(() => { if (!cut) say(""); }, 4000);
    } else if (message.what === "ended") {
      location.reload();
    }
  };

  const tell = (message) => {
    hear(message);
    if (channel) channel.postMessage(message);
  };

  async function refresh() {
    const page = document.getElementById("page");
    if (!page || !("live" in page.dataset)) return;
    if (asking) { askAgain = true; return; }
    asking = true;
    try {
      const answer = await fetch(location.href, {headers: {"X-Dayzero-Live": "1"}, cache: "no-store"});
      if (answer.status === 401) { location.reload(); return; }
      if (answer.ok && !answer.redirected) await show(await answer.text());
    } catch {
      // The server is gone: the stream says so, and what comes when it is back brings the page up to date.
    } finally {
      asking = false;
      if (askAgain) { askAgain = false; refresh(); }
    }
  }

  // What somebody ticked or opened, by its id: a push leaves it so.
  function handled() {
    const page = document.getElementById("page");
    const ticked = [...page.querySelectorAll("input[type=checkbox][id]")].map((box) => [box.id, "checked", box.checked]);
    const opened = [...page.querySelectorAll("details[id]")].map((part) => [part.id, "open", part.open]);
    return [...ticked, ...opened];
  }

  function leave(kept) {
    for (const [id, what, value] of kept) {
      const found = document.getElementById(id);
      if (found && found[what] !== value) found[what] = value;
    }
  }

  // Rows have ids, so that what has the focus keeps it.
  async function show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html"), kept = handled();
    await htmx.swap({text: fresh.getElementById("page").outerHTML, target: document.getElementById("page"),
                     swap: "outerMorph", sourceElement: body});
    leave(kept);
    // Of the header only what counts: an open menu stays open.
    for (const part of [".pages", ".pages-menu > summary", ".pages-menu > nav"]) {
      const [now, old] = [fresh, document].map((page) => page.querySelector(`header.top ${part}`));
      if (now && old && now.outerHTML !== old.outerHTML) {
        await htmx.swap({text: now.outerHTML, target: old, swap: "outerMorph", sourceElement: body});
      }
    }
    document.title = fresh.title;
  }

  function listen() {
    return new Promise(() => {
      const stream = new EventSource(`${body.dataset.events}?after=${seen}`);
      stream.addEventListener("hello", () => tell({what: "back"}));
      stream.addEventListener("moved", (event) => tell({what: "moved", position: Number(event.data)}));
      stream.addEventListener("ended", () => { stream.close(); tell({what: "ended"}); });
      stream.addEventListener("error", () => {
        tell({what: "cut"});
        // Closed for good: signed out, or a proxy's error page. Ask once more, a little later.
        if (stream.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
      });
    });
  }

  if (channel) channel.addEventListener("message", (event) => hear(event.data));
  if (navigator.locks && channel) navigator.locks.request("dayzero-stream", listen);
  else listen();

  // How an item stands changes with the clock too.
  setInterval(refresh, 60000);
  // A page from the browser's own memory may be from before a write.
  window.addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
})();
