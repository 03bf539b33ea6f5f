import type * as Monaco from "monaco-editor/editor/editor.api";

type Rules = Monaco.languages.IMonarchLanguageRule[];

const expression: Rules = [
  [/"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/, "string"],
  [/\/\/.*?(?=\}\}|$)/, "comment"],
  [/\d+(?:\.\d+)?/, "number"],
  [/\b(?:true|false|null|in)\b/, "keyword"],
  [/\b(?:inputs|nodes|run|item|index)\b/, "root"],
  [/[A-Za-z_]\w*(?=\s*\()/, "function"],
  [/[A-Za-z_]\w*/, "name"],
  [/[-+*/%=!<>?:&|.,[\](){}]/, "delimiter"],
];

/** Text, prompts and Markdown with `{{ … }}` in them. */
export const templateRules: Monaco.languages.IMonarchLanguage = {
  tokenPostfix: ".heddle",
  tokenizer: {
    root: [
      [/\\\{\{/, ""],
      [/\{\{/, { token: "braces", next: "@expression" }],
      [/^#{1,6}\s.*?(?=\{\{|$)/, "heading"],
      [/^\s*(?:[-*+]|\d+\.)\s/, "delimiter"],
      [/\*\*[^*{]+\*\*/, "strong"],
      [/`[^`{]+`/, "string"],
      [/[^\\{#*`\-+\d]+/, ""],
      [/./, ""],
    ],
    expression: [[/\}\}/, { token: "braces", next: "@pop" }], ...expression],
  },
};

/** An expression by itself. */
export const expressionRules: Monaco.languages.IMonarchLanguage = {
  tokenPostfix: ".heddle",
  tokenizer: { root: [[/\{\{|\}\}/, "braces"], ...expression] },
};
