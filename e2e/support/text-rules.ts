import type { SourceFile } from "./source-files.ts";

const longestFile = 400;
const reasonLines = 5;

/** Files over the cap that do not say why in their first lines (`// long: reason`). */
export function tooLong(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.trimEnd().split("\n");
    const hasReason = lines.slice(0, reasonLines).some((line) => /^\s*(\/\/|\*|\/\*+) long: \S/.test(line));
    return lines.length > longestFile && !hasReason ? [`${path} has ${lines.length} lines`] : [];
  });
}

export function medianLength(files: readonly SourceFile[]): number {
  const lengths = files.map(({ text }) => text.trimEnd().split("\n").length).sort((a, b) => a - b);
  return lengths[Math.floor(lengths.length / 2)] ?? 0;
}

/** Ways to run text as code; what stands in quotes is data, such as the corpus of attacks. */
export function evaluatesText(files: readonly SourceFile[]): string[] {
  const quoted = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g;
  const code = files.map((file) => ({ ...file, text: file.text.replace(quoted, (text) => text.replace(/[^\n]/g, " ")) }));
  const imported = files.flatMap(({ path, imports }) =>
    imports.filter(({ target }) => /^(node:)?vm$/.test(target)).map(({ target }) => `${path} imports ${target}`),
  );
  return [...findings(code, /\beval\(|\bnew Function\b/), ...imported];
}

/**
 * Places that name a node type. Words such as "start", "code" and "merge" are also commands, jobs and roles with a `type` of their own, so a plain word counts where
 * it is used as a node's type: compared with `node.type`, `definition.type` or `nodeType`, a case of a switch over one, looked up in a catalog, given to a node that is
 * made, or beside another node type. A name with a hyphen in it counts wherever it is quoted. A line that means another thing says so: `// not a node type`.
 */
export function namesNodeType(files: readonly SourceFile[], types: readonly string[]): string[] {
  const quoted = (names: readonly string[]) => `["'\`](?:${names.join("|")})["'\`]`;
  const hyphened = types.filter((type) => type.includes("-"));
  const any = quoted(types);
  const nodesType = "(?:\\w*(?:[nN]ode|[dD]efinition)\\w*\\)?\\??\\.(?:\\w+\\??\\.)?type|\\b(?:\\w*N|n)odeType)\\b";
  const uses = [
    `${nodesType}\\s*[!=]==?\\s*${any}`,
    `${any}\\s*[!=]==?\\s*${nodesType}`,
    `(?:[cC]atalog|[tT]ypes|[dD]efinitions|nodes)\\w*\\??\\.?(?:get|has)?[([]\\s*${any}`,
    `(?:add|create|insert|make|new)\\w*Node\\w*\\(.*${any}`,
    `\\b(?:type: ${any}.*\\b(?:version|config|position):|nodeType[:=]\\s*${any})`,
    `["'\`](${types.join("|")})["'\`].*["'\`](?!\\1["'\`])(?:${types.join("|")})["'\`]`,
    ...(hyphened.length > 0 ? [quoted(hyphened)] : []),
  ];
  if (types.length === 0) return [];
  const marked = /\/\/ not a node type/;
  const cases = new RegExp(`\\bcase\\s+${any}\\s*:`);
  const overNodes = files.map((file) => ({ ...file, text: keepSwitches(file.text, new RegExp(`\\bswitch \\(.*${nodesType}\\) \\{$`)) }));
  return [...findings(files, new RegExp(uses.join("|")), marked), ...findings(overNodes, cases, marked)];
}

/** Blanks every line outside the switches whose first line matches; the formatter gives a block's last line the indentation of its first. */
function keepSwitches(text: string, first: RegExp): string {
  let end: string | undefined;
  const lines = text.split("\n").map((line) => {
    if (end === undefined && first.test(line)) end = `${/^\s*/.exec(line)?.[0] ?? ""}}`;
    const kept = end === undefined ? "" : line;
    if (line === end) end = undefined;
    return kept;
  });
  return lines.join("\n");
}

function findings(files: readonly SourceFile[], pattern: RegExp, meantOtherwise?: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => {
      const isComment = /^\s*(\/\/|\*|\/\*)/.test(line);
      return !isComment && pattern.test(line) && !meantOtherwise?.test(line) ? [`${path}:${index + 1} ${line.trim().slice(0, 120)}`] : [];
    }),
  );
}
