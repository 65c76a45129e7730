"use strict";
(() => {
  const root = document.documentElement;
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const contents = document.getElementById("contents");
  const rules = [...document.querySelectorAll("article.rule")];
  const areas = [...new Set(rules.map((rule) => rule.parentElement))];
  const words = new Map(rules.map((rule) => [rule, rule.textContent.toLowerCase()]));
  const target = () => document.getElementById(decodeURIComponent(location.hash.slice(1)));

  // Rows that fit every group in which something is chosen, and hold every word of the search. The
  // row that a link leads to is shown whether it fits or not.
  function filter() {
    const chosen = new FormData(form);
    const groups = [...new Set(chosen.keys())].map((name) => [name, chosen.getAll(name)]);
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const led = target();
    let fitting = 0;
    for (const rule of rules) {
      const fits =
        groups.every(([name, values]) => values.includes(rule.dataset[name])) &&
        wanted.every((word) => words.get(rule).includes(word));
      fitting += fits;
      rule.classList.toggle("filtered", !fits && rule !== led);
    }
    for (const area of areas) {
      const empty = !area.querySelector(":scope > .rule:not(.filtered)");
      area.classList.toggle("filtered", empty && area !== led);
    }
    count.textContent = `${fitting} of ${rules.length}`;
  }

  // What a link leads to is opened, shown and scrolled to.
  function arrive() {
    filter();
    const led = target();
    for (let at = led?.parentElement; at; at = at.parentElement) {
      if (at.localName === "details") at.open = true;
    }
    led?.scrollIntoView({ behavior: "instant" });
  }

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  addEventListener("hashchange", arrive);
  root.classList.add("live");

  // The contents: always there beside the text, folded above it on a small screen.
  const small = matchMedia("(max-width: 60rem)");
  const fold = () => { contents.open = !small.matches; };
  small.addEventListener("change", fold);
  fold();
  contents.addEventListener("click", (event) => {
    if (small.matches && event.target.closest("a")) contents.open = false;
  });

  // Where the reader is.
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const places = [...links.keys()].map((id) => document.getElementById(id));
  function locate() {
    if (small.matches) {
      for (const item of contents.querySelectorAll("li")) item.classList.add("open");
      return;
    }
    const above = places.filter((place) => place.offsetParent && place.getBoundingClientRect().top < 140);
    const here = links.get(above.at(-1)?.id);
    for (const link of links.values()) {
      const current = link === here;
      link.toggleAttribute("aria-current", current);
      link.parentElement.classList.toggle("open", link.parentElement.contains(here ?? null));
      if (current) link.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
  }
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; locate(); });
  }, { passive: true });
  small.addEventListener("change", locate);

  // What scrolls sideways can be reached by keyboard.
  function reach() {
    for (const box of document.querySelectorAll(".wide, pre")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();
  arrive();
  locate();
})();
