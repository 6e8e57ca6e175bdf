/** Pages of models, serving runtimes with their images, and the arguments of their servers. */
import { acceleratorFamily } from "../../../sdk/catalog/acceleratorFamilies";
import type { Catalog } from "../../../sdk/catalog/catalog";
import type { CatalogueModel } from "../../../sdk/catalog/models";
import type { ModelServer } from "../../../sdk/catalog/serverArguments";
import type { ServingImage } from "../../../sdk/catalog/servingImages";
import type { CatalogueRuntime } from "../../../sdk/catalog/servingRuntimes";
import { table } from "../markdown";
import { argumentChanges } from "./argumentChanges";

const GIB = 2 ** 30;

/** One table for each publisher, in alphabetical order. */
export function modelSections(models: readonly CatalogueModel[]): string[] {
  const publishers = [...new Set(models.map(({ id }) => publisherOf(id)))].sort((a, b) => a.localeCompare(b));
  const heads = [
    "Model",
    "10⁹ parameters",
    "GiB",
    "Format",
    "Heads / KV",
    "Layers",
    "Context",
    "ModelCar",
    "Gated",
    "vLLM",
  ];
  return [
    `- **10⁹ parameters**: all of them, and behind the slash those that one token uses in a mixture of experts.
- **GiB**: of all weights, on one device or over several.
- **Format**: of the weights; its whole description is in \`sdk/catalog/models.json\`.
- **Heads / KV**: attention heads, and heads of the key and value cache. The tensor-parallel size must divide the first.
- **Context**: tokens of the longest request.
- **ModelCar**: an image of it is in Red Hat's catalogue, for \`oci://\`.
- **Gated**: Hugging Face hands it out only to accounts that were granted access.
- **vLLM**: the first release that loads it; empty: 0.2.7 or an older one.`,
    ...publishers.flatMap((publisher) => [
      `## ${publisher}`,
      table(
        heads,
        models
          .filter(({ id }) => publisherOf(id) === publisher)
          .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }))
          .map(modelRow),
      ),
    ]),
  ];
}

function publisherOf(id: string): string {
  return id.slice(0, id.indexOf("/"));
}

function modelRow(model: CatalogueModel): string[] {
  const { id, parameters, activeParameters } = model;
  return [
    `\`${id.slice(publisherOf(id).length + 1)}\``,
    [parameters, activeParameters]
      .flatMap((count) => (count === undefined ? [] : [(count / 1e9).toFixed(1)]))
      .join(" / "),
    (model.weightBytes / GIB).toFixed(1),
    (model.quantization?.scheme ?? model.dtype).replace(/ \(.*$/, ""),
    `${model.attentionHeads} / ${model.keyValueHeads}`,
    String(model.layers),
    model.contextTokens.toLocaleString("en"),
    model.modelcar === undefined ? "" : "yes",
    model.gated === undefined ? "" : model.gated ? "yes" : "no",
    model.minimumVllm ?? "",
  ];
}

/** Runtimes, which server version a platform release brings, and images. */
export function runtimeSections({ servingRuntimes, servingImages }: Catalog): string[] {
  return [
    `- **Support**: \`preinstalled\` and \`technology-preview\` come with OpenShift AI, \`tested-and-verified\` was tested with it, \`upstream\`
  comes with KServe; a removed one came with an earlier release.
- **Formats**: of models; those in bold are the ones for which KServe picks the runtime by itself.
- **Recommended for**: accelerators for which the dashboard of OpenShift AI offers it.
- **Port**: on which its container serves.
- **Protocols**: the API type where OpenShift AI states one, else KServe's protocol versions.`,
    runtimeTable(servingRuntimes),
    "## Server versions by platform release",
    "Columns are releases of Open Data Hub, whose numbers OpenShift AI shares since 3.0.",
    versionTable(servingRuntimes),
    "## Images",
    "The tag of vLLM's own images is the version; of any other image that is not listed here, the version is unknown.",
    imageTable(servingImages),
  ];
}

function runtimeTable(runtimes: readonly CatalogueRuntime[]): string {
  const rows = runtimes.map(({ name, support, removedIn, spec, recommendedAccelerators, apiProtocol }) => [
    `\`${name}\``,
    support === "removed" ? `removed in ${removedIn ?? ""}` : support,
    formatsOf(spec).join(", "),
    recommendedAccelerators.map((resource) => acceleratorFamily(resource)?.displayName ?? resource).join(", "),
    String(spec.containers.flatMap(({ ports = [] }) => ports)[0]?.containerPort ?? ""),
    apiProtocol ?? (spec.protocolVersions ?? []).join(", "),
  ]);
  return table(["Runtime", "Support", "Formats", "Recommended for", "Port", "Protocols"], rows);
}

function formatsOf({ supportedModelFormats = [] }: CatalogueRuntime["spec"]): string[] {
  return [
    ...new Set(supportedModelFormats.map(({ name, autoSelect }) => (autoSelect === true ? `**${name}**` : name))),
  ];
}

function versionTable(runtimes: readonly CatalogueRuntime[]): string {
  const platforms = [...new Set(runtimes.flatMap(({ versions = [] }) => versions.map((one) => one.platformVersion)))];
  const rows = runtimes.flatMap(({ name, versions = [] }) => {
    const cells = platforms.map((platform) => versions.find((one) => one.platformVersion === platform)?.serverVersion);
    return cells.some((cell) => cell !== undefined) ? [[`\`${name}\``, ...cells.map((cell) => cell ?? "")]] : [];
  });
  return table(["Runtime", ...platforms], rows);
}

function imageTable(images: readonly ServingImage[]): string {
  const rows = images.map(({ image, server, vendor, serverVersion, platformVersion }) => [
    `\`${image.replace(/(@sha256:.{8}).*/, "$1…")}\``,
    server,
    vendor,
    serverVersion ?? "",
    platformVersion ?? "",
  ]);
  return table(["Image", "Server", "Hardware", "Version", "OpenShift AI"], rows);
}

/** What is known of each server, then what changed from release to release of vLLM. */
export function argumentSections(servers: readonly ModelServer[]): string[] {
  return [
    "An argument that a release does not know ends the server at start. Of a server of which not all arguments are known, an unknown one is not called wrong.",
    table(
      ["Server", "Arguments", "Environment variables", "Releases", "All known"],
      servers.map(({ server, versions, complete, ...known }) => [
        `\`${server}\``,
        String(known.arguments.length),
        String(known.environment.length),
        versions.length === 0 ? "" : `${versions[0] ?? ""} to ${versions.at(-1) ?? ""}`,
        complete ? "yes" : "no",
      ]),
    ),
    ...servers.filter(({ server }) => server === "vllm").flatMap(argumentChanges),
  ];
}
