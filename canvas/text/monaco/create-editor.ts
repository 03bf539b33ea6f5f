import type * as Monaco from "monaco-editor/editor/editor.api";
import type { FieldHint } from "#runtime/node/fields.ts";
import type { ExpressionMode } from "../knowledge.ts";
import { monaco } from "./monaco.ts";
import { LINE_HEIGHT } from "./remote-carets.ts";
import { THEME } from "./theme.ts";

export interface EditorGiven {
  label: string;
  language: NonNullable<FieldHint["language"]>;
  mode: ExpressionMode;
  isLocked: boolean;
  text: string;
  /** Moves the focus out of it. */
  leave(): void;
}

/** What has a use of its own for Escape while it is there. */
const ESCAPE_IS_FREE =
  "!suggestWidgetVisible && !findWidgetVisible && !parameterHintsVisible && !inSnippetMode && !editorHasMultipleSelections && !renameInputVisible";

/** A Monaco editor in an element, as all of ours are set up. */
export function createEditor(element: HTMLElement, { label, language, mode, isLocked, text, leave }: EditorGiven): Monaco.editor.IStandaloneCodeEditor {
  const model = monaco.editor.createModel(text, languageId(language, mode));
  model.updateOptions({ tabSize: 2, insertSpaces: true, bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
  const isProse = language === "markdown" || language === "plain";
  const editor = monaco.editor.create(element, {
    model,
    theme: THEME,
    ariaLabel: `${label}. Escape leaves the editor, Ctrl+M lets Tab move the focus.`,
    readOnly: isLocked,
    automaticLayout: true,
    // a textarea is what the keys of the board keep out of
    editContext: false,
    fixedOverflowWidgets: true,
    fontFamily: 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", "DejaVu Sans Mono", monospace',
    fontSize: 12.5,
    lineHeight: LINE_HEIGHT,
    padding: { top: 8, bottom: 8 },
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    wordWrap: isProse ? "on" : "off",
    lineNumbers: isProse ? "off" : "on",
    lineNumbersMinChars: 3,
    lineDecorationsWidth: isProse ? 8 : 10,
    folding: !isProse,
    renderLineHighlight: isProse ? "none" : "line",
    overviewRulerLanes: 0,
    wordBasedSuggestions: "off",
    quickSuggestions: { other: true, comments: false, strings: true },
    suggest: { showWords: false, showInlineDetails: true, preview: false },
    unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
    links: false,
    occurrencesHighlight: isProse ? "off" : "singleFile",
    selectionHighlight: !isProse,
    matchBrackets: isProse ? "never" : "near",
    stickyScroll: { enabled: false },
    smoothScrolling: false,
    tabFocusMode: false,
  });
  editor.addCommand(monaco.KeyCode.Escape, leave, ESCAPE_IS_FREE);
  return editor;
}

function languageId(language: NonNullable<FieldHint["language"]>, mode: ExpressionMode): string {
  switch (language) {
    case "expression":
      return mode === "template" ? "heddle-template" : "heddle-expression";
    case "markdown":
    case "plain":
      return "heddle-template";
    case "jsonata":
      return "javascript";
    default:
      return language;
  }
}
