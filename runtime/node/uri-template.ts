import { NodeError } from "./node-error.ts";

/** An expression of RFC 6570: an operator, and names of variables. */
const EXPRESSION = /\{([+#./;?&]?)([A-Za-z_][\w.]*(?:\*|:\d{1,4})?(?:,[A-Za-z_][\w.]*(?:\*|:\d{1,4})?)*)\}/g;
/** What is evaluated before a template is one. */
const TEMPLATE = /\{\{[\s\S]*?\}\}/g;

interface Operator {
  first: string;
  separator: string;
  isNamed: boolean;
  encode: (text: string) => string;
}

const strict = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
const reserved = (text: string) => encodeURI(text).replaceAll("%5B", "[").replaceAll("%5D", "]");

function operatorOf(sign: string): Operator {
  switch (sign) {
    case "+":
      return { first: "", separator: ",", isNamed: false, encode: reserved };
    case "#":
      return { first: "#", separator: ",", isNamed: false, encode: reserved };
    case ".":
    case "/":
      return { first: sign, separator: sign, isNamed: false, encode: strict };
    case ";":
      return { first: ";", separator: ";", isNamed: true, encode: strict };
    case "?":
    case "&":
      return { first: sign, separator: "&", isNamed: true, encode: strict };
    default:
      return { first: "", separator: ",", isNamed: false, encode: strict };
  }
}

const withoutModifier = (name: string) => name.replace(/\*$|:\d+$/, "");

/** Names of the variables of a URI template, each once. `{{ … }}` is none of it. */
export function variablesOf(template: string): string[] {
  const found = [...template.replaceAll(TEMPLATE, "").matchAll(EXPRESSION)].flatMap(([, , names = ""]) => names.split(",").map(withoutModifier));
  return [...new Set(found)];
}

/** The address with its variables filled in (RFC 6570 with texts, numbers and lists of them; no key-value pairs). Throws `NodeError("validation")`. */
export function fillIn(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replaceAll(EXPRESSION, (_, sign: string, names: string) => {
    const { first, separator, isNamed, encode } = operatorOf(sign);
    const parts = names.split(",").flatMap((spec) => {
      const name = withoutModifier(spec);
      const text = textsOf(name, values[name]);
      if (text === undefined) return [];
      const length = /:(\d+)$/.exec(spec)?.[1];
      const joined = text
        .map((each) => encode(length === undefined ? each : [...each].slice(0, Number(length)).join("")))
        .join(spec.endsWith("*") ? separator : ",");
      return [isNamed ? `${name}=${joined}` : joined];
    });
    return parts.length === 0 ? "" : `${first}${parts.join(separator)}`;
  });
}

/** Undefined for a variable without a value. */
function textsOf(name: string, value: unknown): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(name, each) ?? []);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [String(value)];
  throw new NodeError("validation", `The variable "${name}" takes a text, a number or a list of them.`, { happened: "no" });
}
