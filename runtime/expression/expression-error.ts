/** `missing`: a value is not there; `type`: a value of the wrong kind; `limit`: too much work, too large or too deep; `syntax`: the text is not an expression. */
export type ExpressionErrorCode = "missing" | "type" | "limit" | "syntax";

/** The one class that evaluating a template throws. `position` is an offset into the template's text. */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode;
  readonly position: number | undefined;

  constructor(code: ExpressionErrorCode, message: string, position?: number) {
    super(message);
    this.name = "ExpressionError";
    this.code = code;
    this.position = position;
  }

  /** The same error with a place, unless it has one already. */
  at(position: number): ExpressionError {
    return this.position === undefined ? new ExpressionError(this.code, this.message, position) : this;
  }
}
