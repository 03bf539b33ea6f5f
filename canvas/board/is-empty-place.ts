/** Whether a new node can go there: the board itself, or the body of a container. */
export function isEmptyPlace(element: Element): boolean {
  return element.classList.contains("react-flow__pane") || element.classList.contains("frame-body");
}
