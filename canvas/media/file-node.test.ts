import { expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { initialConfig } from "#runtime/node/catalog.ts";
import { definitionWithFile, nodeWithFile } from "./file-node.ts";

const picture = { $asset: "a".repeat(64), name: "loom.png", mediaType: "image/png", bytes: 74 };

it("finds the node type that holds a file by what the catalog says, and fills it", () => {
  const node = nodeWithFile(picture);
  const definition = definitionWithFile(picture);
  expect(node?.title).toBe("loom.png");
  expect(definition?.type).toBe(node?.type);
  if (!definition) return;
  const config = definition.config.parse(initialConfig(definition));
  expect(Object.values(config)).toContainEqual(picture);
  expect(definition.check?.(config, {})).toEqual([]);
  // another file leaves the catalog, and the one before, as they were
  expect(initialConfig(catalog.get(definition.type) ?? definition)).not.toEqual(config);
});
