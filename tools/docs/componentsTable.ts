/** The components by layer, each in the first sentence of its own documentation. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryPath } from "../repository";
import { table } from "./markdown";

/** Folders of `components/` in stand-up order, and the page of each. */
const LAYERS: Record<string, string> = {
  platform: "platforms.md",
  accelerators: "accelerators.md",
  profiles: "#what-you-can-rely-on",
  storage: "storage.md",
  runtimes: "runtimes.md",
  inference: "deployments.md",
  exposure: "exposure.md",
  monitoring: "monitoring.md",
  kubeai: "digitalhub.md",
  digitalhub: "digitalhub.md",
  stack: "#from-configuration-alone",
};

interface Documented {
  name: string;
  sentence: string;
}

/** One row a component. @throws Error for a folder with components that has no place in the order, and for one without words */
export function componentsTable(folder = repositoryPath("components")): string {
  const found = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ layer: name, components: componentsIn(join(folder, name)) }))
    .filter(({ components }) => components.length > 0);
  const lost = found.find(({ layer }) => LAYERS[layer] === undefined);
  if (lost !== undefined) throw new Error(`components/${lost.layer} has no place in tools/docs/componentsTable.ts`);
  const order = Object.keys(LAYERS);
  const rows = found
    .sort((a, b) => order.indexOf(a.layer) - order.indexOf(b.layer))
    .flatMap(({ layer, components }) =>
      components.map(({ name, sentence }) => [`[${layer}](${LAYERS[layer] ?? ""})`, `\`${name}\``, sentence]),
    );
  return table(["layer", "component", "what it is"], rows);
}

const COMPONENT = /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*export class (\w+) extends/g;
const ANY_COMPONENT = /export class \w+ extends/g;

function componentsIn(folder: string): Documented[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const documented = [...text.matchAll(COMPONENT)].map(([, comment = "", name = ""]) => ({
        name,
        sentence: firstSentence(comment),
      }));
      if (documented.length < [...text.matchAll(ANY_COMPONENT)].length)
        throw new Error(`${join(folder, file)}: a component without a word of documentation`);
      return documented;
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function firstSentence(comment: string): string {
  const text = comment
    .replace(/^\s*\* ?/gm, " ")
    .replace(/\s+/g, " ")
    .trim();
  return /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
}
