import { useCallback, useEffect, useRef } from "react";

/**
 * Tells whether Tab comes from somebody whose hand is on the pointer: they clicked the empty board last, and nothing has the focus since.
 * For who goes by keys alone Tab always moves on.
 */
export function useTabOnBoard(): (event: KeyboardEvent) => boolean {
  const isOnBoard = useRef(false);
  useEffect(() => {
    const onPointerDown = ({ target }: PointerEvent) => {
      isOnBoard.current = target instanceof Element && target.closest(".react-flow__pane") !== null && target.closest(".react-flow__node") === null;
    };
    // Escape lets Tab move on, as does any focus
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === "Escape") isOnBoard.current = false;
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (target instanceof Element && target.closest("[role=dialog]") === null) isOnBoard.current = false;
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    document.addEventListener("keydown", onKeyDown, true);
    document.addEventListener("focusin", onFocus);
    return () => {
      document.removeEventListener("pointerdown", onPointerDown, true);
      document.removeEventListener("keydown", onKeyDown, true);
      document.removeEventListener("focusin", onFocus);
    };
  }, []);
  return useCallback((event) => isOnBoard.current && !event.shiftKey && (document.activeElement === null || document.activeElement === document.body), []);
}
