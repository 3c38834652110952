/**
 * Lets float16 tensors be Uint16Array. onnxruntime-common takes the global Float16Array for them
 * where there is one, which onnxruntime-node 1.30 can't read ("expected 8, got 0"); it looks once,
 * at the first tensor of a thread. Imported by the door before anything else makes a tensor.
 */
import { Tensor } from 'onnxruntime-node';

const scope = globalThis as { Float16Array?: unknown };
const hidden = scope.Float16Array;
delete scope.Float16Array;
new Tensor('bool', [true]);
scope.Float16Array = hidden;
