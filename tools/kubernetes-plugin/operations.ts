/** What can be done with a resource, by its type: a release is helm's business, everything else the API server's. */
import { check, type CheckRequest } from "./check";
import type { Failure } from "../plugin/service";
import { create, type Created, type CreateRequest } from "./create";
import { remove, type DeleteRequest } from "./delete";
import { diff, type Diff, type DiffRequest } from "./diff";
import {
  checkRelease,
  createRelease,
  deleteRelease,
  diffRelease,
  readRelease,
  RELEASE,
  updateRelease,
} from "./helmRelease";
import { identify } from "./objects";
import { read, type Found, type ReadRequest } from "./read";
import type { Session } from "./session";
import { update, type UpdateRequest } from "./update";
import type { JsonObject } from "./wire";

export interface Operations {
  check(session: Session, request: CheckRequest): Promise<{ inputs: JsonObject; failures: Failure[] }>;
  diff(session: Session, request: DiffRequest): Promise<Diff>;
  create(session: Session, request: CreateRequest): Promise<Created>;
  read(session: Session, request: ReadRequest): Promise<Found>;
  update(session: Session, request: UpdateRequest): Promise<JsonObject>;
  remove(session: Session, request: DeleteRequest): Promise<void>;
}

const objects: Operations = {
  check: async (session, request) => ({ inputs: await check(session, request), failures: [] }),
  diff,
  create,
  read,
  update,
  remove,
};

const releases: Operations = {
  check: checkRelease,
  diff: (_session, request) => Promise.resolve(diffRelease(request)),
  create: createRelease,
  read: readRelease,
  update: updateRelease,
  remove: deleteRelease,
};

/** @throws Error when the URN is not one of this package's resources */
export function operationsOf(urn: string): Operations {
  return identify(urn).token === RELEASE ? releases : objects;
}
