import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createEdits, type Edits } from "#runtime/graph/edits.ts";
import { guardedEdits } from "#runtime/graph/guarded-edits.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { bindArea, type TextBox } from "./bind-area.ts";
import { type SharedText, shareText } from "./shared-text.ts";

const node = "node_a" as NodeId;
const layoutOf = () => "text" as const;

/** A field of a page, as far as a binding sees it. */
class FakeBox extends EventTarget implements TextBox {
  value = "";
  scrollTop = 0;
  selectionStart = 0;
  selectionEnd = 0;
  selectionDirection = "none" as const;
  setSelectionRange(start: number | null, end: number | null) {
    [this.selectionStart, this.selectionEnd] = [start ?? 0, end ?? 0];
  }
  /** Puts text in place of the selection, as a browser does. */
  type(text: string, tells = true) {
    const at = this.selectionStart + text.length;
    this.value = this.value.slice(0, this.selectionStart) + text + this.value.slice(this.selectionEnd);
    this.setSelectionRange(at, at);
    if (tells) this.dispatchEvent(new Event("input"));
  }
}

interface Person {
  doc: Y.Doc;
  edits: Edits;
  undo: Y.UndoManager;
  shared: SharedText;
  box: FakeBox;
}

function person(seed: Uint8Array, clientID: number): Person {
  const doc = new Y.Doc();
  doc.clientID = clientID;
  Y.applyUpdate(doc, seed);
  const origin = {};
  const edits = createEdits(doc, { origin, layoutOf });
  const undo = new Y.UndoManager(doc.getMap("nodes"), { trackedOrigins: new Set([origin]), captureTimeout: 0 });
  const shared = shareText({ doc, edits, undo, node, field: "prompt" });
  const box = new FakeBox();
  bindArea(box as unknown as TextBox, shared);
  return { doc, edits, undo, shared, box };
}

function two(text: string): [Person, Person] {
  const doc = new Y.Doc();
  const config = { prompt: text };
  createEdits(doc, { origin: undefined, layoutOf }).add([{ id: node, type: "any", version: 1, label: "A", position: { x: 0, y: 0 }, config }]);
  const seed = Y.encodeStateAsUpdate(doc);
  return [person(seed, 1), person(seed, 2)];
}

function exchange([a, b]: readonly [Person, Person]) {
  Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc, Y.encodeStateVector(b.doc)), "elsewhere");
  Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc, Y.encodeStateVector(a.doc)), "elsewhere");
}

describe("bindArea", () => {
  it("puts what two people type at once where each typed it", () => {
    const [a, b] = two("aaa");
    a.box.setSelectionRange(1, 1);
    b.box.setSelectionRange(2, 2);
    a.box.type("a1");
    b.box.type("a2");
    exchange([a, b]);
    expect([a.box.value, b.box.value]).toEqual(["aa1aa2a", "aa1aa2a"]);
    expect([a.box.selectionStart, b.box.selectionStart]).toEqual([3, 6]);
  });

  it("keeps a selection on the text it was on", () => {
    const [a, b] = two("one two three");
    a.box.setSelectionRange(4, 7);
    b.box.setSelectionRange(0, 0);
    b.box.type("zero ");
    exchange([a, b]);
    expect(a.box.value.slice(a.box.selectionStart, a.box.selectionEnd)).toBe("two");
  });

  it("leaves a composition alone, then writes it where it stands among what others wrote", () => {
    const [a, b] = two("say  now");
    a.box.setSelectionRange(4, 4);
    a.box.dispatchEvent(new Event("compositionstart"));
    a.box.type("に");
    b.box.setSelectionRange(0, 0);
    b.box.type("please ");
    exchange([a, b]);
    expect([a.box.value, b.box.value]).toEqual(["say に now", "please say  now"]);
    a.box.type("ほ");
    a.box.dispatchEvent(new Event("compositionend"));
    expect(a.box.value).toBe("please say にほ now");
    expect(a.box.selectionStart).toBe("please say にほ".length);
    exchange([a, b]);
    expect(b.box.value).toBe("please say にほ now");
  });

  it("writes a composition once, whether the browser tells of its text before its end or behind it", () => {
    for (const isBefore of [true, false]) {
      const [a] = two("");
      a.box.dispatchEvent(new Event("compositionstart"));
      a.box.type("漢", isBefore);
      a.box.dispatchEvent(new Event("compositionend"));
      if (!isBefore) a.box.dispatchEvent(new Event("input"));
      expect(a.shared.current()).toBe("漢");
    }
  });

  it("undoes its own typing only, and puts the caret there", () => {
    const [a, b] = two("text");
    a.box.setSelectionRange(0, 0);
    a.box.type("my ");
    exchange([a, b]);
    b.box.setSelectionRange(7, 7);
    b.box.type(" theirs");
    exchange([a, b]);
    a.undo.undo();
    expect(a.box.value).toBe("text theirs");
    expect(a.box.selectionStart).toBe(0);
  });

  it("follows a field whose text is replaced, and gives up one that is gone", () => {
    const [a, b] = two("first");
    b.edits.setField(node, "prompt", undefined);
    b.edits.setField(node, "prompt", "second");
    exchange([a, b]);
    expect(a.box.value).toBe("second");
    a.box.setSelectionRange(6, 6);
    a.box.type("!");
    exchange([a, b]);
    expect(b.box.value).toBe("second!");
    b.edits.remove({ nodes: [node] });
    exchange([a, b]);
    expect(a.shared.isThere()).toBe(false);
    a.box.type("lost");
    expect(a.box.value).toBe("");
  });

  it("takes over a text with other ends of lines, and types in it at the right place", () => {
    const [a, b] = two("one\r\ntwo\rthree");
    expect(a.box.value).toBe("one\ntwo\nthree");
    a.box.setSelectionRange(8, 8);
    a.box.type("x");
    exchange([a, b]);
    expect([a.box.value, b.box.value]).toEqual(["one\ntwo\nxthree", "one\ntwo\nxthree"]);
  });

  it("shows the text as it was when what was pasted is refused", () => {
    const [a] = two("one two");
    const guarded = guardedEdits(a.edits, { doc: a.doc, onRefused: () => {} });
    const box = new FakeBox();
    bindArea(box, shareText({ doc: a.doc, edits: guarded, undo: a.undo, node, field: "prompt" }));
    box.setSelectionRange(0, 3);
    box.type("x".repeat(300_000));
    expect([box.value, box.selectionStart, box.selectionEnd]).toEqual(["one two", 3, 3]);
    box.type("!");
    expect([box.value, a.box.value]).toEqual(["one! two", "one! two"]);
  });

  it("says places that stay with the text, and takes none that are not of it", () => {
    const [a, b] = two("hello");
    const place = a.shared.toPlace(5);
    b.box.setSelectionRange(0, 0);
    b.box.type("oh ");
    exchange([a, b]);
    expect([a.shared.toOffset(place), b.shared.toOffset(place)]).toEqual([8, 8]);
    for (const wrong of [null, 7, "x", {}, { item: { client: 9, clock: 9 } }, { item: "?" }]) expect(b.shared.toOffset(wrong)).toBeUndefined();
  });

  it("keeps fields and documents equal under random typing, compositions, undo and late arrivals", () => {
    const act = fc.record({
      who: fc.nat(1),
      what: fc.constantFrom("type", "type", "type", "delete", "compose", "end", "exchange", "undo"),
      at: fc.nat(40),
      length: fc.nat(4),
      text: fc.constantFrom("a", "aa", "b", "\n", "ab"),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const pair = two("aabbaa");
        const composing = [false, false];
        const end = (who: number) => {
          composing[who] = false;
          pair[who]?.box.dispatchEvent(new Event("compositionend"));
        };
        for (const { who, what, at, length, text } of acts) {
          const { box, undo } = pair[who] as Person;
          if (what === "exchange") exchange(pair);
          else if (what === "undo" && !composing[who]) undo.undo();
          else if (what === "end") end(who);
          else if (what === "compose") {
            composing[who] = true;
            box.dispatchEvent(new Event("compositionstart"));
            box.type(text);
          } else if (what !== "undo") {
            const start = Math.min(at, box.value.length);
            box.setSelectionRange(start, Math.min(start + length, box.value.length));
            box.type(what === "delete" ? "" : text);
          }
          if (!composing[who]) expect(box.value).toBe(pair[who]?.shared.current());
        }
        end(0);
        end(1);
        exchange(pair);
        const [a, b] = pair;
        expect(a.box.value).toBe(b.box.value);
        expect(a.box.value).toBe(a.shared.current());
        for (const { box } of pair) expect(box.selectionEnd).toBeLessThanOrEqual(box.value.length);
      }),
      { numRuns: 300 },
    );
  });
});
