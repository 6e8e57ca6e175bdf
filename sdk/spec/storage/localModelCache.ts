/** What a user may say of models kept on the disks of nodes. Upstream: KServe LocalModelCache, LocalModelNodeGroup. */
import type { z } from "zod";
import { bytes, dnsLabel, list, object, record, text, textLike } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { isLess } from "../schema/pods";
import type { ModelSource } from "./modelSource";
import { modelSourceSchema, sourceIsLoadable, storageUri } from "./modelSource";

/** Nodes of one kind, and the folder on them that holds models. */
export interface NodeGroup {
  /** Name of the group. */
  name: string;
  /** Room for models on each node, such as `500Gi`. */
  storageLimit: string;
  /** Labels of the nodes. */
  nodeSelector: Record<string, string>;
  /** Folder on the nodes. Default: `/models`. */
  path?: string;
  /** Storage class of the local volumes. Default: `local-storage`. */
  storageClassName?: string;
}

/**
 * Arguments of the LocalModelCache component. The objects belong to the whole cluster. Credentials of the source are those of the
 * namespace in which KServe downloads (`localModel.jobNamespace` of its configuration).
 *
 * @requirement ST-1
 */
export interface LocalModelCacheArgs {
  /** Name of the cache. Default: the component's name. */
  name?: string;
  /** Where the model is loaded from. Models with the same source, or a path below it, are served from the cache. */
  source: ModelSource;
  /** Size of the files, such as `40Gi`. */
  modelSize: string;
  /** Groups of nodes to make. Excludes `nodeGroupNames`. */
  nodeGroups?: NodeGroup[];
  /** Groups that exist already. */
  nodeGroupNames?: string[];
}

export const nodeGroupSchema = object({
  name: dnsLabel("the name of a node group"),
  storageLimit: bytes,
  nodeSelector: record(text("a label value"), "label values"),
  path: textLike(/^\/.+/, "an absolute path").default("/models"),
  storageClassName: text("a storage class").default("local-storage"),
}) satisfies SchemaOf<NodeGroup>;

export const localModelCacheSchema = object({
  name: dnsLabel("the name of a cache").optional(),
  source: modelSourceSchema,
  modelSize: bytes,
  nodeGroups: list(nodeGroupSchema, "node groups").optional(),
  nodeGroupNames: list(dnsLabel("the name of a node group"), "names of node groups").optional(),
}) satisfies SchemaOf<LocalModelCacheArgs>;

/** A cache with its defaults. */
export type LocalModelCacheSpec = z.output<typeof localModelCacheSchema> & { name: string };
export type NodeGroupSpec = z.output<typeof nodeGroupSchema>;

export const localModelCacheRules: readonly SpecRule<LocalModelCacheArgs>[] = [
  ({ source }) =>
    source === undefined
      ? []
      : sourceIsLoadable(source).map(({ path, message }) => ({ path: ["source", ...path], message })),
  ({ source }) => at(["source"], uncachedProblem(source)),
  someGroups,
  modelFits,
];

/** The downloader of a cache knows addresses only. */
function uncachedProblem(source: Loose<ModelSource> | undefined): string | undefined {
  if (
    source === undefined ||
    (source.connection === undefined && source.storageKey === undefined && source.pvc === undefined)
  )
    return undefined;
  return "names no address that a node can download; expected s3, oci, huggingFace, model or uri";
}

function someGroups({ nodeGroups, nodeGroupNames }: Loose<LocalModelCacheArgs>): Problem[] {
  const given = [nodeGroups, nodeGroupNames].filter((groups) => (groups ?? []).length > 0).length;
  if (given === 1) return [];
  return at(
    ["nodeGroups"],
    given === 0 ? "names no nodes; expected nodeGroups or nodeGroupNames" : "cannot be combined with nodeGroupNames",
  );
}

function modelFits({ modelSize, nodeGroups }: Loose<LocalModelCacheArgs>): Problem[] {
  return (nodeGroups ?? []).flatMap((group, index) => {
    const limit = group?.storageLimit;
    if (modelSize === undefined || limit === undefined || !isLess(limit, modelSize)) return [];
    const message = `${quote(limit)} is less than the model's ${modelSize}`;
    return at(["nodeGroups", index, "storageLimit"], message);
  });
}

/** The address that the cache downloads, which services repeat. */
export function cachedUri({ source }: LocalModelCacheSpec): string {
  return storageUri(source);
}
