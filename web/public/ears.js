// AudioWorklet: the energy of each input, one value a render quantum (128 samples), in batches.
// Every input has the same way here, so differences between them carry no delay of the tap.
const QUANTA = 8;

class Ears extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.inputs = options.numberOfInputs;
    this.energies = new Float32Array(this.inputs * QUANTA);
    this.quantum = 0;
    this.firstFrame = 0;
  }

  process(inputs) {
    if (this.quantum === 0) this.firstFrame = currentFrame;
    for (let i = 0; i < this.inputs; i += 1) {
      this.energies[i * QUANTA + this.quantum] = meanSquare(inputs[i][0]);
    }
    this.quantum += 1;
    if (this.quantum === QUANTA) {
      this.port.postMessage({
        firstMs: (this.firstFrame / sampleRate) * 1000,
        stepMs: (128 / sampleRate) * 1000,
        energies: this.energies.slice(),
      });
      this.quantum = 0;
    }
    return true;
  }
}

// An input without a source has no channel.
function meanSquare(samples) {
  if (samples === undefined) return 0;
  let sum = 0;
  for (let i = 0; i < samples.length; i += 1) sum += samples[i] * samples[i];
  return sum / samples.length;
}

registerProcessor('ears', Ears);
