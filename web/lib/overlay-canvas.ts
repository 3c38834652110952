/**
 * Lays colour and matte of one picture together: the upper half is premultiplied colour over black,
 * the lower half alpha as grey (server/outputs/overlay/overlay-picture.ts). WebGL, since pixels that
 * are read back cost more than a frame has; the canvas takes premultiplied pixels as they are.
 */

const VERTEX = `
attribute vec2 corner;
varying vec2 at;
void main() {
  at = vec2(corner.x * 0.5 + 0.5, 0.5 - corner.y * 0.5);
  gl_Position = vec4(corner, 0.0, 1.0);
}`;

/**
 * Decoded black and white are up to two steps off: what is nearly clear is clear, what is nearly
 * solid is solid. Colour never exceeds alpha, or edges would shine.
 */
const FRAGMENT = `
precision mediump float;
varying vec2 at;
uniform sampler2D picture;
uniform float seam;
void main() {
  float upper = min(at.y * 0.5, 0.5 - seam);
  float lower = max(0.5 + at.y * 0.5, 0.5 + seam);
  vec3 colour = texture2D(picture, vec2(at.x, upper)).rgb;
  float alpha = texture2D(picture, vec2(at.x, lower)).g;
  alpha = clamp((alpha - 0.012) / 0.976, 0.0, 1.0);
  gl_FragColor = vec4(min(colour, vec3(alpha)), alpha);
}`;

export class OverlayCanvas {
  readonly #canvas: HTMLCanvasElement;
  readonly #gl: WebGLRenderingContext;
  readonly #seam: WebGLUniformLocation | null;

  /** Throws where the browser has no WebGL. */
  constructor(canvas: HTMLCanvasElement) {
    const gl = canvas.getContext('webgl', { alpha: true, premultipliedAlpha: true, depth: false });
    if (!gl)
      throw new Error('This browser has no WebGL, which lays the avatar over what is below.');
    this.#canvas = canvas;
    this.#gl = gl;
    const program = linked(gl);
    gl.useProgram(program);
    this.#seam = gl.getUniformLocation(program, 'seam');
    gl.bindBuffer(gl.ARRAY_BUFFER, gl.createBuffer());
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), gl.STATIC_DRAW);
    const corner = gl.getAttribLocation(program, 'corner');
    gl.enableVertexAttribArray(corner);
    gl.vertexAttribPointer(corner, 2, gl.FLOAT, false, 0, 0);
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
      gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    }
    // Pixel for pixel: the page scales the canvas, and the halves never mix.
    for (const way of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, way, gl.NEAREST);
    }
  }

  /** Shows the video's present frame. */
  draw(video: HTMLVideoElement): void {
    const { videoWidth: width, videoHeight } = video;
    const height = videoHeight / 2;
    if (width === 0 || height === 0) return;
    const gl = this.#gl;
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      gl.viewport(0, 0, width, height);
    }
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, video);
    gl.uniform1f(this.#seam, 0.5 / videoHeight);
    gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  }

  /** Nothing to see. */
  clear(): void {
    this.#gl.clearColor(0, 0, 0, 0);
    this.#gl.clear(this.#gl.COLOR_BUFFER_BIT);
  }
}

function linked(gl: WebGLRenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  if (gl.getProgramParameter(program, gl.LINK_STATUS) !== true) {
    throw new Error(`The overlay's shader is refused: ${gl.getProgramInfoLog(program) ?? ''}`);
  }
  return program;
}
