(() => {
  "use strict";
  const form = document.getElementById("filter");
  const items = Array.from(document.querySelectorAll(".changes > li"));
  const said = document.getElementById("shown");
  const texts = new Map();
  const text = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  // Null where there is nothing to choose.
  const chosen = (name) => {
    const inputs = Array.from(form.querySelectorAll(`input[name="${name}"]`));
    const checked = inputs.filter((input) => input.checked).map((input) => input.value);
    return inputs.length ? new Set(checked) : null;
  };
  const fitsOne = (set, values) => set === null || values.some((value) => set.has(value));
  const count = (item) => Number(item.dataset.count);
  const filter = () => {
    const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [tiers, actions, regions] = ["tier", "action", "region"].map(chosen);
    let shown = 0;
    let total = 0;
    for (const item of items) {
      const fits =
        fitsOne(tiers, [item.dataset.tier]) &&
        fitsOne(actions, [item.dataset.action]) &&
        fitsOne(regions, item.dataset.regions.split(" ")) &&
        words.every((word) => text(item).includes(word));
      item.hidden = !fits;
      total += count(item);
      if (fits) shown += count(item);
    }
    said.textContent = `${shown} of ${total} changes shown`;
  };
  let waiting = 0;
  form.hidden = false;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter, 0));
  const open = (wanted) => () => {
    for (const item of items) if (!item.hidden) item.querySelector("details").open = wanted;
  };
  document.getElementById("open").addEventListener("click", open(true));
  document.getElementById("close").addEventListener("click", open(false));
  filter();
})();
