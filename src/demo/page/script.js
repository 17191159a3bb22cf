// The page works without this; with it, it keeps its place and says that it is busy.
const KEY = "place";

for (const select of document.querySelectorAll("#who")) {
  select.form.querySelector("button").hidden = true;
  select.addEventListener("change", () => select.form.requestSubmit());
}

for (const field of document.querySelectorAll("textarea")) {
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    field.form.requestSubmit(field.form.querySelector("button.primary"));
  });
}

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (document.body.ariaBusy === "true") {
    event.preventDefault();
    return;
  }
  const box = event.submitter?.getAttribute("role") === "checkbox" ? event.submitter.ariaLabel : undefined;
  sessionStorage.setItem(KEY, JSON.stringify({ path: location.pathname, y: scrollY, box }));
  document.body.ariaBusy = "true";
  document.querySelector("#busy").textContent = "The app is at work …";
});

addEventListener("pageshow", (event) => {
  document.body.ariaBusy = "false";
  document.querySelector("#busy").textContent = "";
  const kept = sessionStorage.getItem(KEY);
  sessionStorage.removeItem(KEY);
  if (kept === null || event.persisted) return;
  const { path, y, box } = JSON.parse(kept);
  if (path !== location.pathname) return;
  scrollTo({ top: y, behavior: "instant" });
  for (const button of document.querySelectorAll('[role="checkbox"]'))
    if (button.ariaLabel === box) button.focus({ preventScroll: true });
});
