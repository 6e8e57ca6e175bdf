/** The documents of one YAML or JSON text. */
import { CORE_SCHEMA, YAMLException, boolYaml11Tag, loadAll, mergeTag } from "js-yaml";
import type { InputProblem } from "./problem";

/** A document that could be parsed. */
export interface ManifestDocument {
  file: string;
  /** Counts from 1 within the file. */
  document: number;
  /** Where it starts in the file; counts from 1. */
  line: number;
  content: unknown;
}

export interface ReadDocuments {
  documents: ManifestDocument[];
  problems: InputProblem[];
}

/** YAML as kubectl reads it: merge keys, and `yes`, `no`, `on`, `off` as booleans. */
const schema = CORE_SCHEMA.withTags(mergeTag, boolYaml11Tag);

/** What only a Helm chart uses. `{{.Name}}` and its like are not here: KServe expands them itself, in a valid manifest. */
const HELM_ACTION = /\{\{-?\s*(\.Values\b|\.Release\b|\.Chart\b|include\s+")/;
const ANY_ACTION = "{{";

/**
 * Parses a text document by document, so that a mistake in one hides nothing in the others.
 *
 * @param file how messages call it
 */
export function readDocuments(text: string, file: string): ReadDocuments {
  const result: ReadDocuments = { documents: [], problems: [] };
  for (const part of split(text)) {
    const document = result.documents.length + result.problems.length + 1;
    try {
      for (const content of loadAll(part.text, { schema })) {
        if (content !== null) result.documents.push({ file, document, line: part.line, content });
      }
    } catch (error) {
      result.problems.push({ place: file, document, ...syntaxProblem(error, part) });
    }
  }
  const templated = HELM_ACTION.test(text) || (result.problems.length > 0 && text.includes(ANY_ACTION));
  return templated ? { documents: [], problems: [templateProblem(text, file)] } : result;
}

interface Part {
  text: string;
  line: number;
}

/**
 * A line that starts with `---` begins a document wherever it stands; YAML allows it inside no other value. Comments
 * and directives before the first one belong to it.
 */
function split(text: string): Part[] {
  const parts: { lines: string[]; line: number; begun: boolean }[] = [{ lines: [], line: 1, begun: false }];
  for (const [i, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    const marker = /^---(\s|$)/.test(line);
    const last = parts.at(-1);
    const current = last === undefined || (marker && last.begun) ? { lines: [], line: i + 1, begun: false } : last;
    if (current !== last) parts.push(current);
    current.lines.push(line);
    current.begun ||= marker || !/^\s*([#%].*)?$/.test(line);
  }
  return parts.map(({ lines, line }) => ({ text: lines.join("\n"), line }));
}

/** Where and why, and nothing of what is written there: the line may be that of a Secret. */
function syntaxProblem(error: unknown, part: Part): Omit<InputProblem, "place"> {
  if (!(error instanceof YAMLException)) throw error;
  const { line: marked = 0, column = 0 } = error.mark ?? {};
  const lines = part.text.split("\n").slice(0, marked + 1);
  // Where something is missing, the parser points behind the last line.
  const at = Math.max(
    0,
    lines.findLastIndex((line) => line.trim() !== ""),
  );
  const isMarked = at === marked;
  return {
    line: part.line + at,
    column: (isMarked ? column : (lines[at]?.trimEnd().length ?? 0)) + 1,
    problem: `not valid YAML or JSON: ${withoutContent(error.reason)}`,
  };
}

/** The parser's reason without names of tags and aliases, which a value that lacks its quotes may look like. */
function withoutContent(reason: string): string {
  return reason
    .replace(/: .*/s, "")
    .replace(/\s*!<.*>/s, "")
    .replace(/\s*".*"/s, "");
}

function templateProblem(text: string, file: string): InputProblem {
  const lines = text.split("\n");
  const certain = lines.findIndex((line) => HELM_ACTION.test(line));
  const line = certain >= 0 ? certain : lines.findIndex((line) => line.includes(ANY_ACTION));
  const column = (lines[line]?.indexOf(ANY_ACTION) ?? 0) + 1;
  const problem = "a template, not a manifest; render it first: helm template <chart> | model-serving lint -";
  return { place: file, line: line + 1, column, problem };
}
