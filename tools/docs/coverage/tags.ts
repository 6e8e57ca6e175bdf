/** Tags that say which requirement a piece of code or documentation delivers, and which test shows it. */

/** One tag for one requirement. */
export interface Tag {
  id: string;
  /** Path from the root of the repository. */
  path: string;
  /** What bears the tag: the name of a declaration, the title of a test, or the heading above. */
  name: string;
}

/** The tags of some files, and what is wrong with them. */
export interface Tags {
  places: Tag[];
  tests: Tag[];
  problems: string[];
}

const ID = /^[A-Z]{2}-[1-9][0-9]*$/;
/** Only at the start of a line of a comment, so that a text about tags is none. */
const CODE_TAG = /^\s*(?:\/\*\*|\*|\/\/)\s*@(requirement|covers)\b(.*)$/;
const MARKDOWN_TAG = /^\s*<!--\s*@requirement\b(.*?)-->\s*$/;
const DECLARATION =
  /^\s*(?:export\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function|class|interface|type|const|enum)\s+(\w+)/;
const TEST = /^\s*(?:for\s*\([^\n]*\)\s*\{?\s*)?(?:it|describe|table)\(\s*(?:(["'`])([^\n]*?)\1|(\w+))/m;
/** A test stands at most so many lines below its tag: the rest of the comment, then the head of a table. */
const TEST_WITHIN = 8;
const LOOP = /^(\s*)for\s*\(/;

/** The tags of one file. */
export function tagsOf(path: string, text: string): Tags {
  const tags: Tags = { places: [], tests: [], problems: [] };
  const lines = text.split("\n");
  const markdown = path.endsWith(".md");
  lines.forEach((line, at) => {
    const match = (markdown ? MARKDOWN_TAG : CODE_TAG).exec(line);
    if (match === null) return;
    const covers = !markdown && match[1] === "covers";
    const written = (markdown ? match[1] : match[2]) ?? "";
    const ids = idsOf(written, `${path}:${at + 1}`, tags.problems);
    const name = nameOf(covers, markdown, lines, at, path);
    if (name === undefined) tags.problems.push(`${path}:${at + 1}: @covers stands above no it(, describe( or table(`);
    else (covers ? tags.tests : tags.places).push(...ids.map((id) => ({ id, path, name })));
  });
  return tags;
}

function idsOf(written: string, where: string, problems: string[]): string[] {
  const words = written
    .replace(/\*\/\s*$/, "")
    .split(",")
    .map((word) => word.trim());
  const wrong = words.filter((word) => !ID.test(word));
  if (wrong.length > 0) {
    problems.push(`${where}: expected ids such as ST-4, ST-5, got ${JSON.stringify(wrong.join(", "))}`);
  }
  return words.filter((word) => ID.test(word));
}

function nameOf(
  covers: boolean,
  markdown: boolean,
  lines: readonly string[],
  at: number,
  path: string,
): string | undefined {
  if (markdown) return headingAbove(lines, at) ?? fileName(path);
  const below = afterComment(lines, at);
  if (covers) {
    const [, , title, rule] = TEST.exec(testBelow(below).join("\n")) ?? [];
    return title ?? rule;
  }
  return DECLARATION.exec(below.find((line) => line.trim() !== "") ?? "")?.[1] ?? fileName(path);
}

/** The lines that hold the test of a tag. A loop over cases may be long before its first test: it ends where its indentation does. */
function testBelow(below: readonly string[]): readonly string[] {
  const [, indentation] = LOOP.exec(below[0] ?? "") ?? [];
  if (indentation === undefined) return below.slice(0, TEST_WITHIN);
  const end = below.indexOf(`${indentation}}`);
  return below.slice(0, end < 0 ? TEST_WITHIN : end);
}

/** The lines below the comment that holds line `at`. */
function afterComment(lines: readonly string[], at: number): readonly string[] {
  const inBlock = !/^\s*\/\//.test(lines[at] ?? "");
  const isInside = (line: string): boolean => (inBlock ? !line.includes("*/") : /^\s*\/\//.test(line));
  let end = at;
  while (end < lines.length && isInside(lines[end] ?? "")) end++;
  return lines.slice(inBlock ? end + 1 : end);
}

function headingAbove(lines: readonly string[], at: number): string | undefined {
  const heading = lines.slice(0, at).findLast((line) => /^#{1,6} /.test(line));
  return heading?.replace(/^#+ /, "");
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
