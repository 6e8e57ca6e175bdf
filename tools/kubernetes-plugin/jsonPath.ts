/** JSONPath as RFC 9535 defines it, as far as readiness expressions need it: no functions, slices or unions. */
import { isDeepStrictEqual } from "node:util";
import { isObject, type Json } from "./wire";

/** Finds the nodes that a path selects. */
export type JsonPath = (root: Json) => Json[];

type Segment = (node: Json, root: Json) => Json[];
type Test = (node: Json, root: Json) => boolean;
type Operand = (node: Json, root: Json) => Json | undefined;

/**
 * @param text such as `$.status.conditions[?(@.type=='Ready')].status`
 * @throws Error naming what was expected and where
 */
export function parseJsonPath(text: string): JsonPath {
  const parser = new Parser(text);
  parser.expect("$");
  const segments = parser.segments();
  parser.end();
  return (root) => select(segments, root, root);
}

function select(segments: Segment[], start: Json, root: Json): Json[] {
  return segments.reduce<Json[]>((nodes, segment) => nodes.flatMap((node) => segment(node, root)), [start]);
}

const member =
  (name: string): Segment =>
  (node) =>
    isObject(node) && node[name] !== undefined ? [node[name]] : [];

const element =
  (index: number): Segment =>
  (node) => {
    const found = Array.isArray(node) ? node.at(index) : undefined;
    return found === undefined ? [] : [found];
  };

function elements(node: Json): Json[] {
  if (Array.isArray(node)) return node;
  return isObject(node) ? Object.values(node) : [];
}

function descendants(node: Json): Json[] {
  return [node, ...elements(node).flatMap(descendants)];
}

/** Operators of a comparison, longest first so that `<=` is not read as `<`. */
const COMPARISONS: [string, (a: Json | undefined, b: Json | undefined) => boolean][] = [
  ["==", (a, b) => isDeepStrictEqual(a, b)],
  ["!=", (a, b) => !isDeepStrictEqual(a, b)],
  ["<=", (a, b) => ordered(a, b, (x, y) => x <= y)],
  [">=", (a, b) => ordered(a, b, (x, y) => x >= y)],
  ["<", (a, b) => ordered(a, b, (x, y) => x < y)],
  [">", (a, b) => ordered(a, b, (x, y) => x > y)],
];

function ordered(a: Json | undefined, b: Json | undefined, test: (a: string | number, b: string | number) => boolean) {
  const comparable = typeof a === typeof b && (typeof a === "number" || typeof a === "string");
  return comparable && test(a, b as string | number);
}

class Parser {
  private position = 0;

  constructor(private readonly text: string) {}

  segments(): Segment[] {
    const segments: Segment[] = [];
    for (let next = this.segment(); next !== undefined; next = this.segment()) segments.push(next);
    return segments;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected ${token}`);
  }

  end(): void {
    this.match(/\s*/y);
    if (this.position < this.text.length) this.fail("expected the end");
  }

  private segment(): Segment | undefined {
    if (this.take("..")) {
      const next = this.take("[") ? this.bracket() : this.name();
      return (node, root) => descendants(node).flatMap((inner) => next(inner, root));
    }
    if (this.take(".")) return this.name();
    return this.take("[") ? this.bracket() : undefined;
  }

  private name(): Segment {
    if (this.take("*")) return elements;
    // An escaped dot is kubectl's way to write a key such as app\.kubernetes\.io/name.
    const name = this.match(/(?:[\w\-/\u0080-\uffff]|\\.)+/y) ?? this.fail("expected a name");
    return member(name.replaceAll("\\", ""));
  }

  private bracket(): Segment {
    const segment = this.selector();
    this.expect("]");
    return segment;
  }

  private selector(): Segment {
    if (this.take("*")) return elements;
    if (this.take("?")) {
      const test = this.either();
      return (node, root) => elements(node).filter((item) => test(item, root));
    }
    const index = this.match(/\s*-?\d+/y);
    return index === undefined
      ? member(this.quoted() ?? this.fail("expected a key, an index, * or ?"))
      : element(Number(index));
  }

  private either(): Test {
    const tests = [this.both()];
    while (this.take("||")) tests.push(this.both());
    return (node, root) => tests.some((test) => test(node, root));
  }

  private both(): Test {
    const tests = [this.single()];
    while (this.take("&&")) tests.push(this.single());
    return (node, root) => tests.every((test) => test(node, root));
  }

  private single(): Test {
    if (this.take("!")) {
      const test = this.single();
      return (node, root) => !test(node, root);
    }
    if (this.take("(")) {
      const test = this.either();
      this.expect(")");
      return test;
    }
    const left = this.operand();
    const comparison = COMPARISONS.find(([token]) => this.take(token));
    if (comparison === undefined) return (node, root) => left(node, root) !== undefined;
    const right = this.operand();
    return (node, root) => comparison[1](left(node, root), right(node, root));
  }

  private operand(): Operand {
    if (this.take("@")) {
      const segments = this.segments();
      return (node, root) => select(segments, node, root)[0];
    }
    if (this.take("$")) {
      const segments = this.segments();
      return (_node, root) => select(segments, root, root)[0];
    }
    const literal = this.quoted() ?? this.scalar();
    return () => literal;
  }

  private scalar(): Json {
    const word = this.match(/\s*(?:true|false|null|-?\d+(?:\.\d+)?)/y) ?? this.fail("expected a value");
    return JSON.parse(word) as Json;
  }

  private quoted(): string | undefined {
    const text = this.match(/\s*(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/y)?.trim();
    return text?.slice(1, -1).replace(/\\(.)/g, "$1");
  }

  private take(token: string): boolean {
    const start = this.position;
    this.match(/\s*/y);
    if (this.text.startsWith(token, this.position)) {
      this.position += token.length;
      return true;
    }
    this.position = start;
    return false;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  private fail(problem: string): never {
    throw new Error(`${problem} at character ${this.position + 1} of ${this.text}`);
  }
}
