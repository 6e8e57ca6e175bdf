/** Which path of the API server serves a kind, and whether its objects live in namespaces. */
import { ApiError, type ApiServer } from "./apiServer";
import { apiVersionOf, kindOf, objectsAt, textAt } from "./objects";
import type { JsonObject } from "./wire";

/** Where the objects of one kind are. */
export interface ResourceType {
  apiVersion: string;
  kind: string;
  namespaced: boolean;
  /** Path of all objects of the kind, or of those of one namespace. */
  collection(namespace?: string): string;
}

/** The server does not know the kind (yet): its CustomResourceDefinition is missing. */
export class UnknownKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`no matches for kind "${kind}" in version "${apiVersion}"`);
    this.name = "UnknownKindError";
  }
}

export interface Discovery {
  /** @throws UnknownKindError */
  typeOf(apiVersion: string, kind: string): Promise<ResourceType>;
  /** @throws UnknownKindError */
  typeOfObject(object: JsonObject): Promise<ResourceType>;
  /** Whether objects of the kind live in namespaces; an unknown kind is taken to. */
  isNamespaced(apiVersion: string, kind: string): Promise<boolean>;
}

/** Answers from memory what was once found; asks again for what was not, since definitions come while programs run. */
export function discovery(api: ApiServer): Discovery {
  const known = new Map<string, ResourceType>();
  const asking = new Map<string, Promise<ResourceType[]>>();

  function ask(apiVersion: string): Promise<ResourceType[]> {
    const running = asking.get(apiVersion);
    if (running !== undefined) return running;
    const answer = list(api, apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, answer);
    return answer;
  }

  async function typeOf(apiVersion: string, kind: string): Promise<ResourceType> {
    const key = `${apiVersion}/${kind}`;
    if (!known.has(key)) {
      for (const type of await ask(apiVersion)) known.set(`${apiVersion}/${type.kind}`, type);
    }
    const found = known.get(key);
    if (found === undefined) throw new UnknownKindError(apiVersion, kind);
    return found;
  }

  return {
    typeOf,
    typeOfObject: (object) => typeOf(apiVersionOf(object), kindOf(object)),
    async isNamespaced(apiVersion, kind) {
      try {
        return (await typeOf(apiVersion, kind)).namespaced;
      } catch (error) {
        if (error instanceof UnknownKindError) return true;
        throw error;
      }
    },
  };
}

async function list(api: ApiServer, apiVersion: string): Promise<ResourceType[]> {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  try {
    const answer = await api.request("GET", root);
    return objectsAt(answer, "resources")
      .filter((item) => textAt(item, "name")?.includes("/") === false)
      .map((item) => resourceType(root, apiVersion, item));
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return [];
    throw error;
  }
}

function resourceType(root: string, apiVersion: string, item: JsonObject): ResourceType {
  const plural = textAt(item, "name") ?? "";
  return {
    apiVersion,
    kind: textAt(item, "kind") ?? "",
    namespaced: item.namespaced === true,
    collection: (namespace) =>
      namespace === undefined ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`,
  };
}
