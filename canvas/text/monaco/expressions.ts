import type * as Monaco from "monaco-editor/editor/editor.api";
import { type Completion, completionsAt } from "../completion.ts";
import { callAt, helpAt } from "../expression-help.ts";
import type { ExpressionMode, Knowledge } from "../knowledge.ts";
import { expressionRules, templateRules } from "./expression-tokens.ts";

/** What the expressions of a model may read. */
interface ModelExpressions {
  knowledge: () => Knowledge;
  mode: ExpressionMode;
}

const known = new WeakMap<Monaco.editor.ITextModel, ModelExpressions>();

/** Gives a model's expressions completion, help and signatures; undefined takes them away. */
export function setExpressions(model: Monaco.editor.ITextModel, expressions: ModelExpressions | undefined): void {
  if (expressions) known.set(model, expressions);
  else known.delete(model);
}

const LANGUAGES = ["heddle-template", "heddle-expression", "json"];

/** The expression language, in templates, by itself and inside of JSON. */
export function registerExpressions(monaco: typeof Monaco): void {
  monaco.languages.register({ id: "heddle-template" });
  monaco.languages.setMonarchTokensProvider("heddle-template", templateRules);
  monaco.languages.setLanguageConfiguration("heddle-template", configuration);
  monaco.languages.register({ id: "heddle-expression" });
  monaco.languages.setMonarchTokensProvider("heddle-expression", expressionRules);
  monaco.languages.setLanguageConfiguration("heddle-expression", configuration);
  monaco.languages.registerCompletionItemProvider(LANGUAGES, { triggerCharacters: ["{", "."], provideCompletionItems: completions(monaco) });
  monaco.languages.registerHoverProvider(LANGUAGES, { provideHover: hover });
  monaco.languages.registerSignatureHelpProvider(LANGUAGES, { signatureHelpTriggerCharacters: ["(", ","], provideSignatureHelp: signature });
}

const configuration: Monaco.languages.LanguageConfiguration = {
  brackets: [
    ["{", "}"],
    ["[", "]"],
    ["(", ")"],
  ],
  // the two braces of an expression are one sign, not a pair of pairs
  colorizedBracketPairs: [],
  autoClosingPairs: [
    { open: "(", close: ")" },
    { open: "[", close: "]" },
  ],
};

function completions(monaco: typeof Monaco): Monaco.languages.CompletionItemProvider["provideCompletionItems"] {
  const kinds: Record<Completion["kind"], Monaco.languages.CompletionItemKind> = {
    value: monaco.languages.CompletionItemKind.Variable,
    node: monaco.languages.CompletionItemKind.Module,
    field: monaco.languages.CompletionItemKind.Field,
    function: monaco.languages.CompletionItemKind.Function,
  };
  return (model, position) => {
    const own = known.get(model);
    const list = own && completionsAt(model.getValue(), model.getOffsetAt(position), { knowledge: own.knowledge(), mode: own.mode });
    if (!list) return { suggestions: [] };
    const range = rangeOf(model, list.from, list.to);
    const typed = model.getValueInRange(range);
    return {
      suggestions: list.items.map((item, index) => ({
        label: { label: item.label, description: item.preview ?? item.detail },
        kind: kinds[item.kind],
        detail: item.detail,
        ...(item.documentation !== undefined && { documentation: item.documentation }),
        // ours are narrowed already: they fit what is typed by other words, too
        filterText: typed,
        sortText: String(index).padStart(3, "0"),
        insertText: snippetOf(item),
        insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
        range,
      })),
      incomplete: true,
    };
  };
}

/** The text with its caret, as a snippet. */
function snippetOf({ insert, back }: Completion): string {
  const escaped = (text: string) => text.replaceAll(/[\\$}]/g, "\\$&");
  const caret = insert.length - back;
  return back === 0 ? escaped(insert) : `${escaped(insert.slice(0, caret))}$0${escaped(insert.slice(caret))}`;
}

const MAX_SHOWN = 800;
const MAX_TEXT = 120;

function shortened(_name: string, value: unknown): unknown {
  return typeof value === "string" && value.length > MAX_TEXT ? `${value.slice(0, MAX_TEXT)}…` : value;
}

const hover: Monaco.languages.HoverProvider["provideHover"] = (model, position) => {
  const own = known.get(model);
  const help = own && helpAt(model.getValue(), model.getOffsetAt(position), { knowledge: own.knowledge(), mode: own.mode });
  if (!help) return null;
  const range = rangeOf(model, help.from, help.to);
  if (help.type === "function") return { range, contents: [{ value: code(help.entry.signature) }, { value: help.entry.description }] };
  const { port, path, value, preview } = help.found;
  const shown = value === undefined ? preview : JSON.stringify(value, shortened, 2);
  const about = `${port.from} › ${port.title}${path.length === 0 ? ` (${port.type})` : ""}`;
  const last = shown === undefined ? "No value yet: run the graph to see one here." : code(shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown);
  return { range, contents: [{ value: about.replaceAll(/[\\`*_{}[\]()#+!<>|~]/g, "\\$&") }, { value: last }] };
};

/** A fence that no text closes. */
function code(text: string): string {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}\n${text}\n${fence}`;
}

const signature: Monaco.languages.SignatureHelpProvider["provideSignatureHelp"] = (model, position) => {
  const own = known.get(model);
  const call = own && callAt(model.getValue(), model.getOffsetAt(position), own.mode);
  if (!call) return null;
  const { entry, active } = call;
  const inner = entry.signature.slice(entry.signature.indexOf("(") + 1, entry.signature.lastIndexOf(")"));
  const parameters = inner === "" ? [] : inner.split(", ").map((label) => ({ label }));
  const signatures = [{ label: entry.signature, documentation: entry.description, parameters }];
  return { value: { signatures, activeSignature: 0, activeParameter: Math.min(active, Math.max(0, parameters.length - 1)) }, dispose: () => {} };
};

export function rangeOf(model: Monaco.editor.ITextModel, from: number, to: number): Monaco.IRange {
  const start = model.getPositionAt(from);
  const end = model.getPositionAt(to);
  return { startLineNumber: start.lineNumber, startColumn: start.column, endLineNumber: end.lineNumber, endColumn: end.column };
}
