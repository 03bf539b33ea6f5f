import { expect, it } from "vitest";
import { chosenFiles, droppedFiles, MOST_FILES } from "./dropped-files.ts";

/** An entry as browsers give it: of a folder, a hundred children at a time. */
function entry(path: string, children?: readonly FileSystemEntry[]): FileSystemEntry {
  const common = { name: path.split("/").at(-1) ?? "", fullPath: `/${path}` };
  if (!children) return { ...common, isFile: true, isDirectory: false, file: (done: (file: File) => void) => done(new File(["x"], common.name)) } as never;
  const left = [...children];
  const createReader = () => ({ readEntries: (done: (batch: FileSystemEntry[]) => void) => done(left.splice(0, 100)) });
  return { ...common, isFile: false, isDirectory: true, createReader } as never;
}
const drop = async (entries: readonly FileSystemEntry[], files: readonly string[] = []) => {
  const items = entries.map((each) => ({ kind: "file", webkitGetAsEntry: () => each }));
  const { files: found, isCut } = await droppedFiles({ items, files: files.map((name) => new File(["x"], name)) } as never);
  return [...found.map(({ file, path }) => path ?? `(${file.name})`), ...(isCut ? ["…"] : [])];
};

it("takes files as they are, and those of folders with their paths", async () => {
  expect(await drop([entry("a.pdf")], ["a.pdf"])).toEqual(["(a.pdf)"]);
  const folder = entry("reports", [entry("reports/.hidden"), entry("reports/2025", [entry("reports/2025/q1.pdf")]), entry("reports/a.md")]);
  expect(await drop([folder, entry("b.txt")])).toEqual(["reports/2025/q1.pdf", "reports/a.md", "b.txt"]);
});

it("reads all of a large folder, up to the most files of one drop", async () => {
  const many = (count: number) =>
    entry(
      "big",
      Array.from({ length: count }, (_none, index) => entry(`big/${index}.txt`)),
    );
  expect(await drop([many(250)])).toHaveLength(250);
  expect(await drop([many(MOST_FILES + 50)])).toHaveLength(MOST_FILES + 1);
  expect(await drop([many(MOST_FILES)])).toHaveLength(MOST_FILES);
});

it("takes a chosen folder without what is hidden in it", () => {
  const inFolder = (path: string) => Object.defineProperty(new File(["x"], path.split("/").at(-1) ?? ""), "webkitRelativePath", { value: path });
  const { files, isCut } = chosenFiles([inFolder("notes/.git/HEAD"), inFolder("notes/.DS_Store"), inFolder("notes/2025/a.md"), new File(["x"], ".plan.txt")]);
  expect(files.map(({ file, path }) => path ?? file.name)).toEqual(["notes/2025/a.md", ".plan.txt"]);
  expect(isCut).toBe(false);
});
