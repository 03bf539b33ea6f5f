/** UTF-16 units in one `{{ … }}` section. */
export const MAX_EXPRESSION_LENGTH = 4096;
/** UTF-16 units in a whole template (the size of a text field). */
export const MAX_TEMPLATE_LENGTH = 256 * 1024;
/** `{{ … }}` sections in one template. */
export const MAX_EXPRESSIONS = 200;
/** Nested brackets and calls, as the parser counts them. */
export const MAX_BRACKET_DEPTH = 60;
/** Depth of the syntax tree: also counts chains such as `a + b + c`. */
export const MAX_SYNTAX_DEPTH = 250;
/** Depth of a value that is compared, turned into JSON or built by an expression. */
export const MAX_VALUE_DEPTH = 100;
/** Steps of one `evaluateTemplate`, all its sections together. A step costs at most about 30 ns on a slow machine. */
export const MAX_STEPS = 500_000;
/** UTF-16 units of any text an expression builds. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;
/** Items of any list an expression builds. */
export const MAX_LIST_LENGTH = 100_000;
/** UTF-16 units of a pattern for `matches`. */
export const MAX_PATTERN_LENGTH = 200;
/** Instructions of a compiled pattern for `matches`. */
export const MAX_PATTERN_PROGRAM = 1000;
