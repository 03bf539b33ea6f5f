import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Updates that no honest client makes, by what is wrong with them; used in tests. */
export function malformedUpdates(honest: Uint8Array): Record<string, Uint8Array> {
  return {
    ...cut(honest),
    ...handMade(),
    "a sub-document": madeBy((doc) => doc.getMap("nodes").set("node_x", new Y.Doc())),
    "an unknown root": madeBy((doc) => doc.getMap("secrets").set("a", 1)),
    "an array as a root": madeBy((doc) => doc.getArray("nodes").push(["a"])),
    "a text as a root": madeBy((doc) => doc.getText("nodes").insert(0, "a")),
    "a node that is text": madeBy((doc) => doc.getMap("nodes").set("node_x", "text")),
    "a node that is a list": madeBy((doc) => doc.getMap("nodes").set("node_x", new Y.Array())),
    "an empty node": madeBy((doc) => doc.getMap("nodes").set("node_x", new Y.Map())),
    "a node with a wrong id": madeBy((doc) => doc.getMap("nodes").set("x", node())),
    "a node with a member nobody knows": madeBy((doc) => doc.getMap("nodes").set("node_x", node({ evil: 1 }))),
    "a node whose type is a number": madeBy((doc) => doc.getMap("nodes").set("node_x", node({ type: 5 }))),
    "a position that is not finite": madeBy((doc) => doc.getMap("nodes").set("node_x", node({ position: { x: Number.NaN, y: 0 } }))),
    "bytes as a value": madeBy((doc) => doc.getMap("nodes").set("node_x", node({ policy: new Uint8Array([1]) }))),
    "a big integer": madeBy((doc) => doc.getMap("nodes").set("node_x", config({ big: 10n }))),
    "a key constructor in a value": madeBy((doc) => doc.getMap("nodes").set("node_x", config({ a: { b: { constructor: 1 } } }))),
    "a key prototype of a map": madeBy((doc) => doc.getMap("nodes").set("node_x", config({ prototype: 1 }))),
    "a map key __proto__": madeBy((doc) => doc.getMap("nodes").set("__proto__", node())),
    "a pin under __proto__": madeBy((doc) => doc.getMap("pins").set("__proto__", { a: 1 })),
    "formatted text": madeBy((doc) => {
      const text = new Y.Text();
      doc.getMap("nodes").set("node_x", config({ text }));
      text.insert(0, "bold", { bold: true });
    }),
    "a picture in a text": madeBy((doc) => {
      const text = new Y.Text("a");
      doc.getMap("nodes").set("node_x", config({ text }));
      text.insertEmbed(0, { image: "x" });
    }),
    "a list record that is no map": madeBy((doc) => doc.getMap("nodes").set("node_x", config({ list: new Y.Map([["a", 5]]) }))),
    "an unsound order key": madeBy((doc) => {
      const list = new Y.Map([["a", new Y.Map<unknown>([["order", "ÿ!"]])]]);
      doc.getMap("nodes").set("node_x", config({ list }));
    }),
    "a graph member nobody knows": madeBy((doc) => doc.getMap("graph").set("owner", "me")),
    "an edge without ends": madeBy((doc) => doc.getMap("edges").set("edge_x", new Y.Map([["kind", "data"]]))),
  };
}

function cut(honest: Uint8Array): Record<string, Uint8Array> {
  return {
    nothing: new Uint8Array(),
    "one byte": Uint8Array.of(1),
    "an update cut in half": honest.subarray(0, honest.length >> 1),
    "an update without its last byte": honest.subarray(0, honest.length - 1),
  };
}

/** A `__proto__` key in a value cannot be made with Yjs: `value` is written as an object with one key. */
function protoUpdate(value: (encoder: encoding.Encoder) => void): Uint8Array {
  return structs(1, (encoder) => {
    item(encoder, { info: 8 | 32, root: "pins", key: "node_x" });
    encoding.writeVarUint(encoder, 1);
    encoding.writeUint8(encoder, 118);
    encoding.writeVarUint(encoder, 1);
    encoding.writeVarString(encoder, "__proto__");
    value(encoder);
  });
}

function handMade(): Record<string, Uint8Array> {
  const empty = (info: number, length: (encoder: encoding.Encoder) => void) =>
    structs(1, (encoder) => {
      item(encoder, { info: info | 32, root: "pins", key: "node_x" });
      length(encoder);
    });
  return {
    "a __proto__ key with an object": protoUpdate((encoder) => encoding.writeAny(encoder, { polluted: true })),
    "a __proto__ key with a number": protoUpdate((encoder) => encoding.writeAny(encoder, 5)),
    "a __proto__ key with null": protoUpdate((encoder) => encoding.writeAny(encoder, null)),
    "four thousand million structs": encoded((encoder) => {
      for (const value of [1, 2 ** 32 - 1, 7, 0]) encoding.writeVarUint(encoder, value);
    }),
    "thirty million structs": encoded((encoder) => {
      for (const value of [1, 30_000_000, 7, 0]) encoding.writeVarUint(encoder, value);
    }),
    "a struct of no length": structs(1, (encoder) => {
      encoding.writeUint8(encoder, 0);
      encoding.writeVarUint(encoder, 0);
    }),
    "a value list of no length": empty(8, (encoder) => encoding.writeVarUint(encoder, 0)),
    "a text of no length": empty(4, (encoder) => encoding.writeVarString(encoder, "")),
    "deleted content of no length": empty(1, (encoder) => encoding.writeVarUint(encoder, 0)),
    "deleted content without end": empty(1, (encoder) => encoding.writeVarUint(encoder, 2 ** 52)),
    "a gap without end": structs(1, (encoder) => {
      encoding.writeUint8(encoder, 0);
      encoding.writeVarUint(encoder, Number.MAX_SAFE_INTEGER);
    }),
    "old JSON content": empty(2, (encoder) => {
      encoding.writeVarUint(encoder, 1);
      encoding.writeVarString(encoder, '{"__proto__":1}');
    }),
    "an item inside itself": structs(1, (encoder) => {
      encoding.writeUint8(encoder, 7);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, 7);
      encoding.writeVarUint(encoder, 0);
      encoding.writeVarUint(encoder, 1);
    }),
    "a value nested without end": structs(1, (encoder) => {
      item(encoder, { info: 8 | 32, root: "pins", key: "node_x" });
      encoding.writeVarUint(encoder, 1);
      for (let depth = 0; depth < 200_000; depth++) {
        encoding.writeUint8(encoder, 117);
        encoding.writeVarUint(encoder, 1);
      }
      encoding.writeAny(encoder, null);
    }),
    "a delete set of millions": encoded((encoder) => {
      for (const value of [0, 1, 7, 1_000_000_000, 0, 1]) encoding.writeVarUint(encoder, value);
    }),
  };
}

/** An update of one client with structs from clock 0, and no delete set. */
function structs(count: number, write: (encoder: encoding.Encoder) => void): Uint8Array {
  return encoded((encoder) => {
    for (const value of [1, count, 7, 0]) encoding.writeVarUint(encoder, value);
    write(encoder);
    encoding.writeVarUint(encoder, 0);
  });
}

function item(encoder: encoding.Encoder, { info, root, key }: { info: number; root: string; key: string }): void {
  encoding.writeUint8(encoder, info);
  encoding.writeVarUint(encoder, 1);
  encoding.writeVarString(encoder, root);
  encoding.writeVarString(encoder, key);
}

function encoded(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function madeBy(change: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  change(doc);
  return Y.encodeStateAsUpdate(doc);
}

function node(over: Record<string, unknown> = {}): Y.Map<unknown> {
  const members = { type: "sample-text", version: 1, label: "X", position: { x: 0, y: 0 }, config: new Y.Map(), ...over };
  return new Y.Map<unknown>(Object.entries(members));
}

function config(fields: Record<string, unknown>): Y.Map<unknown> {
  return node({ config: new Y.Map(Object.entries(fields)) });
}
