// Shortcuts: j and k move through rows and cards, a acknowledges, s snoozes, Enter opens, ? shows them all.
// They only press what stands on the page, so that whoever may not do something cannot do it by a key either.
// Not loaded for somebody who has turned them off.
"use strict";
(() => {
  const ROWS = "main .cards > li, main tbody tr[id]";
  const sheet = document.getElementById("keys");
  const rows = () => [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent && opener(row));
  const opener = (row) => row.querySelector("h3 a[href], th a[href], a[href]");
  const here = () => document.activeElement && document.activeElement.closest(ROWS);

  function move(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    // From nowhere the first key leads to the first row that is on the screen.
    const next = at < 0 ? Math.max(0, all.findIndex((row) => row.getBoundingClientRect().top >= 0)) : at + by;
    const row = all[Math.min(Math.max(next, 0), all.length - 1)];
    // Not preventScroll: the sticky header is kept clear of by scroll-padding.
    opener(row).focus();
    row.scrollIntoView({block: "nearest"});
  }

  function press(wanted) {
    const row = here();
    const found = (row || document.querySelector("main")).querySelectorAll(wanted);
    // Without a row it must be plain what is meant.
    if (found.length && (row || found.length === 1)) found[0].click();
  }

  const KEYS = {
    j: () => move(1),
    k: () => move(-1),
    a: () => press("form[action$='/acknowledge'] button, [data-key=a]"),
    s: () => press("a[href*='/do/snooze_alert'], [data-key=s]"),
    "?": () => sheet && sheet.showModal(),
  };

  const typing = (element) =>
    element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeMenus(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key === "a") return;
    if (!(event.target instanceof Element) || typing(event.target) || document.querySelector("dialog[open]")) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  // A menu closes when something else is meant.
  const closeMenus = (but) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (menu === but) continue;
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));

  const show = document.getElementById("show-keys");
  if (show && sheet) {
    show.hidden = false;
    show.addEventListener("click", () => { closeMenus(null); sheet.showModal(); });
  }
})();
