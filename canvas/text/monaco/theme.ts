import type * as Monaco from "monaco-editor/editor/editor.api";

export const THEME = "heddle";

/** The editor in the colours of the page; called again when they change. */
export function defineTheme(monaco: typeof Monaco): void {
  const colour = readColours();
  const plain = (token: string) => colour(token).slice(1, 7);
  monaco.editor.defineTheme(THEME, {
    base: document.documentElement.dataset.theme === "light" ? "vs" : "vs-dark",
    inherit: true,
    rules: [
      { token: "", foreground: plain("--ink") },
      { token: "comment", foreground: plain("--ink-faint") },
      { token: "string", foreground: plain("--port-image") },
      { token: "string.key.json", foreground: plain("--port-text") },
      { token: "number", foreground: plain("--port-number") },
      { token: "keyword", foreground: plain("--accent") },
      { token: "type", foreground: plain("--port-file") },
      { token: "delimiter", foreground: plain("--ink-muted") },
      { token: "braces.heddle", foreground: plain("--accent"), fontStyle: "bold" },
      { token: "root.heddle", foreground: plain("--port-tool") },
      { token: "name.heddle", foreground: plain("--port-text") },
      { token: "function.heddle", foreground: plain("--port-agent") },
      { token: "heading.heddle", foreground: plain("--accent"), fontStyle: "bold" },
      { token: "strong", fontStyle: "bold" },
      { token: "emphasis", fontStyle: "italic" },
    ],
    colors: {
      "editor.background": colour("--sunken"),
      "editor.foreground": colour("--ink"),
      "editorCursor.foreground": colour("--ink"),
      "editorLineNumber.foreground": colour("--ink-faint"),
      "editorLineNumber.activeForeground": colour("--ink-muted"),
      "editor.lineHighlightBackground": colour("--hover"),
      "editor.lineHighlightBorder": "#00000000",
      "editor.selectionBackground": `${colour("--accent").slice(0, 7)}55`,
      "editor.inactiveSelectionBackground": `${colour("--accent").slice(0, 7)}33`,
      "editorWidget.background": colour("--overlay"),
      "editorWidget.border": colour("--line-strong"),
      "editorSuggestWidget.background": colour("--overlay"),
      "editorSuggestWidget.border": colour("--line-strong"),
      "editorSuggestWidget.foreground": colour("--ink"),
      "editorSuggestWidget.selectedBackground": colour("--accent-soft"),
      "editorSuggestWidget.selectedForeground": colour("--ink"),
      "editorSuggestWidget.highlightForeground": colour("--accent"),
      "editorSuggestWidget.focusHighlightForeground": colour("--accent"),
      "editorHoverWidget.background": colour("--overlay"),
      "editorHoverWidget.border": colour("--line-strong"),
      "editorError.foreground": colour("--danger"),
      "input.background": colour("--sunken"),
      "input.foreground": colour("--ink"),
      "menu.background": colour("--overlay"),
      "menu.foreground": colour("--ink"),
      focusBorder: colour("--accent"),
      "scrollbarSlider.background": colour("--line"),
      "scrollbarSlider.hoverBackground": colour("--line-strong"),
    },
  });
  monaco.editor.setTheme(THEME);
}

/** A custom property of the page as `#rrggbbaa`, whatever it is written as. */
function readColours(): (property: string) => string {
  const probe = document.createElement("span");
  document.body.append(probe);
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  queueMicrotask(() => probe.remove());
  return (property) => {
    probe.style.color = `var(${property})`;
    if (!canvas) return "#808080ff";
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = getComputedStyle(probe).color;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue, alpha].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
}
