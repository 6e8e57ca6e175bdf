/** Names that KServe gives or knows containers and paths by. Upstream: kserve/kserve `pkg/constants/constants.go`. */

/** Where the storage initializer and the ModelCar put the model. */
export const MODEL_MOUNT_PATH = "/mnt/models";
/** A second container that KServe merges like the main one: pre- and post-processing in the same pod. */
export const TRANSFORMER_CONTAINER = "transformer-container";
/** The container of the workers of a multi-node service. */
export const WORKER_CONTAINER = "worker-container";
/** The init container that downloads models. */
export const STORAGE_INITIALIZER = "storage-initializer";
/** Annotations by which the controller tells the pod webhook what to add. */
export const INTERNAL = "internal.serving.kserve.io";
