/** Images and files that operands name themselves, where their operators do not. */
import images from "./operandImages.json";

/** Images of Intel's Gaudi base operator; each tag is the operator's version. */
export const gaudiImages = images.gaudi;

/** Images of IBM's Spyre operator; each tag is the operator's version. */
export const spyreImages = images.spyre;
