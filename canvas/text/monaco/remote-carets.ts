import type * as Monaco from "monaco-editor/editor/editor.api";
import type { Awareness } from "y-protocols/awareness";
import { type FieldPeer, fieldPeerStore, peersIn } from "../field-peers.ts";
import type { SharedText } from "../shared-text.ts";
import { rangeOf } from "./expressions.ts";

/** Draws the carets and selections of the others in an editor. */
export function showRemoteCarets(editor: Monaco.editor.IStandaloneCodeEditor, shared: SharedText, awareness: Awareness): () => void {
  const selections = editor.createDecorationsCollection();
  const carets = new Map<number, CaretWidget>();
  const draw = () => {
    const model = editor.getModel();
    if (!model) return;
    const peers = peersIn(awareness, shared.node, shared.field);
    const shown = new Set<number>();
    const decorations: Monaco.editor.IModelDeltaDecoration[] = [];
    for (const peer of peers) {
      const head = shared.toOffset(peer.head);
      if (head === undefined) continue;
      shown.add(peer.client);
      const anchor = shared.toOffset(peer.anchor) ?? head;
      const caret = carets.get(peer.client) ?? new CaretWidget(editor, peer.client);
      carets.set(peer.client, caret);
      caret.show(peer, model.getPositionAt(head));
      if (anchor === head) continue;
      const range = rangeOf(model, Math.min(anchor, head), Math.max(anchor, head));
      decorations.push({ range, options: { className: selectionClass(peer.colour) } });
    }
    selections.set(decorations);
    for (const [client, caret] of carets) {
      if (shown.has(client)) continue;
      caret.remove();
      carets.delete(client);
    }
  };
  draw();
  const unsubscribe = fieldPeerStore(awareness).subscribe(draw);
  const content = editor.onDidChangeModelContent(draw);
  return () => {
    unsubscribe();
    content.dispose();
    selections.clear();
    for (const caret of carets.values()) caret.remove();
  };
}

class CaretWidget implements Monaco.editor.IContentWidget {
  readonly #editor: Monaco.editor.IStandaloneCodeEditor;
  readonly #id: string;
  readonly #element = document.createElement("div");
  readonly #name = document.createElement("span");
  #position: Monaco.IPosition = { lineNumber: 1, column: 1 };
  allowEditorOverflow = false;
  suppressMouseDown = true;

  constructor(editor: Monaco.editor.IStandaloneCodeEditor, client: number) {
    this.#editor = editor;
    this.#id = `caret-${client}`;
    this.#element.setAttribute("aria-hidden", "true");
    this.#element.className = "pointer-events-none relative w-0.5";
    this.#name.className = "absolute left-0 whitespace-nowrap rounded-sm px-1 font-medium font-sans text-[10px] text-black leading-3.5";
    this.#element.append(this.#name);
    editor.addContentWidget(this);
  }

  getId(): string {
    return this.#id;
  }

  getDomNode(): HTMLElement {
    return this.#element;
  }

  getPosition(): Monaco.editor.IContentWidgetPosition {
    // 0: exactly there
    return { position: this.#position, preference: [0] };
  }

  show({ name, colour }: FieldPeer, position: Monaco.IPosition): void {
    const isFirst = position.lineNumber === 1;
    this.#position = position;
    this.#element.dataset.remoteCaret = name;
    this.#element.style.background = colour;
    this.#element.style.height = `${LINE_HEIGHT}px`;
    this.#name.style.background = colour;
    this.#name.style.top = isFirst ? `${LINE_HEIGHT}px` : "";
    this.#name.style.bottom = isFirst ? "" : `${LINE_HEIGHT}px`;
    this.#name.textContent = name;
    this.#editor.layoutContentWidget(this);
  }

  remove(): void {
    this.#editor.removeContentWidget(this);
  }
}

/** Pixels of a line, as the editor is set up. */
export const LINE_HEIGHT = 20;

const sheets = new Map<string, CSSStyleSheet>();

/** A class of the colour; a sheet of the document, since decorations take no styles. */
function selectionClass(colour: string): string {
  const name = `remote-selection-${colour.slice(1)}`;
  if (!sheets.has(name)) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`.${name} { background: ${colour}4d; }`);
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    sheets.set(name, sheet);
  }
  return name;
}
