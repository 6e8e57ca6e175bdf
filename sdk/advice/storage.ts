/** Which way to store a model fits what is wanted of it. */

/** Ways to store a model. */
export const StorageMethod = {
  /** A container image with the files. */
  ModelCar: "modelcar",
  /** A bucket of an S3-compatible store. */
  S3: "s3",
  /** A PersistentVolumeClaim. */
  Volume: "pvc",
} as const;
export type StorageMethod = (typeof StorageMethod)[keyof typeof StorageMethod];

/** What is wanted of the storage, and what there is already. What is left out does not count. */
export interface StorageNeeds {
  /** The model is one of Red Hat's validated ModelCars. */
  inCatalogue?: boolean;
  /** It should run soon, with as little to set up as can be. */
  quickStart?: boolean;
  /** Every version must be told apart and be had again. */
  versioned?: boolean;
  /** The files are the user's own, or changed by the user. */
  ownFiles?: boolean;
  /** Several deployments load the same files. */
  shared?: boolean;
  /** The files change often. */
  frequentUpdates?: boolean;
  /** There is an object store. */
  hasObjectStorage?: boolean;
  /** There is a storage class that many nodes may mount (ReadWriteMany). */
  hasSharedFileSystem?: boolean;
  /** New pods must not wait for a download. */
  fastStart?: boolean;
}

/** A way to store the model, how well it fits, and why. */
export interface StorageAdvice {
  method: StorageMethod;
  /** Number of needs it meets, less those it does not; undefined where it cannot be used. */
  score: number | undefined;
  /** What speaks for it and against it, among the needs. */
  reasons: string[];
}

interface Criterion {
  need: keyof StorageNeeds;
  for?: StorageMethod[];
  against?: StorageMethod[];
  reason: string;
}

const CRITERIA: readonly Criterion[] = [
  { need: "inCatalogue", for: ["modelcar"], reason: "the catalogue has a validated, prebuilt image" },
  { need: "quickStart", for: ["modelcar"], against: ["s3", "pvc"], reason: "an image needs no upload, the others do" },
  { need: "versioned", for: ["modelcar"], reason: "the tag or digest is the version" },
  {
    need: "ownFiles",
    for: ["s3", "pvc"],
    against: ["modelcar"],
    reason: "own files are uploaded as they are; an image must be built",
  },
  { need: "shared", for: ["s3", "pvc"], reason: "one bucket or ReadWriteMany volume serves several deployments" },
  {
    need: "frequentUpdates",
    for: ["s3"],
    against: ["modelcar"],
    reason: "objects are replaced in place; an image is built anew",
  },
  { need: "hasObjectStorage", for: ["s3"], reason: "the store is there already" },
  { need: "hasSharedFileSystem", for: ["pvc"], reason: "the file system is there already" },
  {
    need: "fastStart",
    for: ["modelcar", "pvc"],
    against: ["s3"],
    reason: "a bucket is downloaded for each new pod; nodes keep images, and volumes are mounted",
  },
];

/**
 * The ways to store a model, best first; ways that cannot be used come last.
 *
 * @requirement ST-19
 */
export function adviseStorage(needs: StorageNeeds): StorageAdvice[] {
  const advice = Object.values(StorageMethod).map((method) => adviceOn(method, needs));
  return advice.sort((a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity));
}

function adviceOn(method: StorageMethod, needs: StorageNeeds): StorageAdvice {
  const obstacle = obstacleOf(method, needs);
  if (obstacle !== undefined) return { method, score: undefined, reasons: [obstacle] };
  let score = 0;
  const reasons: string[] = [];
  for (const criterion of CRITERIA.filter(({ need }) => needs[need] === true)) {
    const speaks = criterion.for?.includes(method) === true ? 1 : criterion.against?.includes(method) === true ? -1 : 0;
    score += speaks;
    if (speaks !== 0) reasons.push(`${speaks > 0 ? "for" : "against"}: ${criterion.reason}`);
  }
  return { method, score, reasons };
}

function obstacleOf(method: StorageMethod, needs: StorageNeeds): string | undefined {
  if (method === "s3" && needs.hasObjectStorage === false) return "there is no object store";
  if (method === "pvc" && needs.hasSharedFileSystem === false)
    return "there is no storage class with ReadWriteMany, which several pods and rolling updates need";
  return undefined;
}
