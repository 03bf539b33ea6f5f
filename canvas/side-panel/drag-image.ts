/** Shows a line of the panel under the pointer while it is dragged, as a small card. */
export function showDragImage(transfer: DataTransfer, line: HTMLElement): void {
  const card = document.createElement("div");
  card.className = "pointer-events-none fixed -top-96 left-0 w-52 rounded-lg border border-accent bg-raised px-2 py-1.5 shadow-card";
  const copy = line.cloneNode(true);
  if (copy instanceof HTMLElement) {
    copy.removeAttribute("id");
    card.append(copy);
  }
  document.body.append(card);
  transfer.setDragImage(card, 24, 22);
  // the browser has taken its picture by then
  setTimeout(() => card.remove(), 0);
}
