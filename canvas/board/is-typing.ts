/** Whether keys go into a text there, so that the board's own keys must keep out. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.closest("input, textarea, select, [role=dialog], [role=listbox], [role=menu]") !== null;
}
