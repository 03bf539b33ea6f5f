/** Says something to screen readers without moving the focus. One polite region for the whole window, made when it is first used. */
export function announce(text: string): void {
  const region = document.getElementById(ID) ?? made();
  // the same text twice is only read twice when it changes in between
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

const ID = "announcements";

function made(): HTMLElement {
  const region = document.createElement("div");
  region.id = ID;
  region.setAttribute("role", "status");
  region.setAttribute("aria-live", "polite");
  region.className = "sr-only";
  document.body.append(region);
  return region;
}
