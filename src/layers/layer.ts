import { Variable, type GraphBuilder, type Node, type VariableRole } from '../graph/index.js';
import { isWholes, shown } from '../tensor/check.js';
import { expectOptions, type AnyAcceptedOptions, type OptionKinds } from '../tensor/acceptedOptions.js';
import { mix32, Random, refuseForeignNames, refusePythonNames, StriateError, type Shape } from '../tensor/index.js';
import type { Padding } from '../ops/window.js';
import type { Initializer } from './initializers/initializer.js';
import type { Regularizer } from './regularizers.js';

/** What a layer may use while it adds its operators to a graph. */
export interface LayerContext {
  readonly graph: GraphBuilder;
  /** Whether the graph is for training: dropout drops, batch normalisation uses the batch. */
  readonly training: boolean;
  /** The number of the training step, an int32 scalar: what random operators draw by. Undefined outside training. */
  readonly step: Node | undefined;
}

/** Options that every layer takes. */
export interface LayerOptions {
  /** What tables and messages call it; by default its kind with a number, unique in its model. */
  readonly name?: string;
  /** Whether training changes its weights; true by default. */
  readonly trainable?: boolean;
  /** Its share of the learning rate: layers near a trained network's input are best changed less; 1 by default. */
  readonly learningRateFactor?: number;
  /** [H, W, C] (without the batch) of a Sequential model's first layer. */
  readonly inputShape?: Shape;
  /** Its names in published weights where they differ from its own, by their source: `{ timm: 'conv_stem' }`. */
  readonly otherNames?: Readonly<Record<string, string>>;
}

/** The kinds of the options that every layer takes. */
export const layerOptionKinds = {
  name: 'string',
  trainable: 'boolean',
  learningRateFactor: 'number',
  inputShape: 'list',
  otherNames: 'object',
} as const satisfies OptionKinds<LayerOptions>;

/** One weight of a layer. */
export interface Weight {
  /** Name within the layer: `kernel`. */
  readonly name: string;
  readonly variable: Variable;
  readonly regularizer: Regularizer | undefined;
}

/** Where the values of a model's weights are. */
export interface WeightHome {
  write(variable: Variable, value: Float32Array): Promise<void>;
}

/** A value of a model under construction; the shape leaves out the batch. */
export interface SymbolicTensor {
  readonly shape: Shape;
  /** The layer that gives it and that layer's inputs; undefined for a model's input. */
  readonly source: { readonly layer: Layer; readonly inputs: readonly SymbolicTensor[] } | undefined;
  /** A model input's name. */
  readonly name: string;
}

/**
 * Which part of a layer's input an output position sees: what receptive fields are computed from. A layer that enlarges has strides
 * below 1, and its kernel is what one position of the input goes into.
 */
export interface LayerWindow {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  /**
   * How far windows reach over the edges; 'valid', not at all, where it is left out. Margins below 0 cut rows and columns off. Of a
   * layer that enlarges, what is cut off its output.
   */
  readonly padding?: Padding;
}

/** What holds for every layer of a class, for tables about layers; a class of your own may leave all of it out. */
export interface LayerTraits {
  /** The layer passes its input through outside training, so that there is nothing to export. */
  readonly onlyInTraining?: true;
  /** Keras has the class, and its options are Keras's, name for name in camelCase; weights have the same names, too. */
  readonly sameAsKeras?: true;
  /** Where no input is negative, no output is. */
  readonly keepsNonNegative?: true;
  /** The names under which the layer may add weights, in Keras's order. */
  readonly weightNames?: readonly string[];
}

/**
 * A Keras layer: owns its weights and adds its operators to a graph. A layer of your own extends this class with `call`
 * and `outputShape` (and `build` where it has weights, `config` where it is to be saved) and trains like any other.
 *
 * @example
 * class Scale extends Layer {
 *   readonly className = 'Scale';
 *   private factor!: Variable;
 *   protected override build([shape]: readonly Shape[]) {
 *     this.factor = this.addWeight('factor', [shape.at(-1)!], initializers.ones());
 *   }
 *   call(_: LayerContext, [x]: readonly Node[]) {
 *     return operators.mul(x, this.factor);
 *   }
 *   outputShape([shape]: readonly Shape[]) {
 *     return shape;
 *   }
 * }
 */
export abstract class Layer {
  /** What holds for every layer of the class. */
  static readonly traits: LayerTraits = {};
  /**
   * The options that the class takes: others are refused where a layer is made. What a class extends does not count, so that a
   * class of your own may have more options; it refuses none until it says which it has.
   */
  static readonly acceptedOptions: AnyAcceptedOptions | undefined = undefined;
  /** The kind, Keras's spelling: `Conv2D`. */
  abstract readonly className: string;
  /** Whether it only regroups, scales or drops its input's numbers, in their order: each number after it is one before. */
  readonly keepsOrder?: boolean;
  /** Whether training changes its weights. */
  trainable: boolean;
  /** Its weights are trained with this times the learning rate; belongs to a training, and is not saved with the model. */
  learningRateFactor: number;
  /** Its names in published weights where they differ from its own, by their source; `loadWeights` tries them, too. */
  otherNames: Readonly<Record<string, string>>;
  /** The name given by the user; the model fills in `name` where there is none. */
  private givenName: string | undefined;
  private namedByModel = false;
  private readonly ownWeights: Weight[] = [];
  private builtFor: readonly Shape[] | undefined;
  private modelSeed = 0;
  private applied: SymbolicTensor | undefined;
  private home: WeightHome | undefined;

  /** [H, W, C] of the model's input, when this is a Sequential model's first layer. */
  readonly inputShape: Shape | undefined;

  constructor(given?: LayerOptions) {
    const { acceptedOptions } = new.target;
    const own = Object.hasOwn(new.target, 'acceptedOptions') ? acceptedOptions : undefined;
    // What has options to go without their names has some that must be given.
    const options = given ?? (own?.first ? expectOptions(own, given as never) : {});
    if (own) expectOptions(own, { ...options }, options.name);
    this.givenName = options.name;
    this.trainable = options.trainable ?? true;
    this.learningRateFactor = options.learningRateFactor ?? 1;
    this.inputShape = options.inputShape;
    if (this.inputShape !== undefined && !isWholes(this.inputShape)) {
      throw new StriateError({
        where: own?.where ?? new.target.name,
        rule: 'inputShape must be a list of whole numbers from 1, without the batch',
        received: shown(this.inputShape),
      });
    }
    this.otherNames = options.otherNames ?? {};
  }

  /** Unique within its model once it is part of one. */
  get name(): string {
    return this.givenName ?? '';
  }

  /** Called by the model that the layer becomes part of. */
  assignName(name: string): void {
    if (this.givenName && !this.mayBeRenamed) return;
    this.givenName = name;
    this.namedByModel = true;
  }

  /** Whether a model gave it its name, and no weight has it: in a model of several others' parts it may be called otherwise. */
  get mayBeRenamed(): boolean {
    return this.namedByModel && this.ownWeights.length === 0;
  }

  /** Everything it learns or keeps; empty before it is built. */
  get weights(): readonly Weight[] {
    return this.ownWeights;
  }

  /** Whether the weights exist. */
  get built(): boolean {
    return this.builtFor !== undefined;
  }

  /** Makes the weights, once, for these input shapes (without the batch). Called by the model. */
  buildOnce(inputShapes: readonly Shape[], seed: number): void {
    if (this.builtFor) return;
    this.modelSeed = seed;
    this.builtFor = inputShapes;
    this.build?.(inputShapes);
  }

  /** The layer applied to values of a functional model, one after the other or in one list as in Keras and TensorFlow.js. */
  apply(...given: readonly SymbolicTensor[] | readonly [readonly SymbolicTensor[]]): SymbolicTensor {
    const inputs = given.flat();
    for (const value of inputs) {
      if (typeof value === 'object' && 'source' in value) continue;
      throw new StriateError({
        where: this.name || this.className,
        rule: 'is applied to values of a model under construction, which input({ shape }) and layers give',
        received: typeof value === 'object' ? 'an object of another kind' : `a ${typeof value}`,
        advice: 'for numbers, put it into a model and write model.predict(tensor)',
      });
    }
    const shape = this.outputShape(inputs.map((input) => input.shape));
    const output: SymbolicTensor = { shape, source: { layer: this, inputs }, name: '' };
    this.applied ??= output;
    return output;
  }

  /**
   * What it gives in the model that it was made for, as a value to build another model on: the first, where it is applied
   * several times.
   *
   * @throws StriateError when it is not part of a model whose shapes are known.
   *
   * @example
   * import { model, zoo } from 'striate';
   * const net = zoo.create('mnist_cnn', { seed: 1 });
   * const features = model({ inputs: net.inputs, outputs: net.layers.at(-2)!.output });
   */
  get output(): SymbolicTensor {
    if (this.applied) return this.applied;
    throw new StriateError({
      where: this.name || this.className,
      rule: 'the layer is not part of a model yet, or the input’s shape is not known',
      advice: 'apply it, or build the model',
    });
  }

  /** What it is given in the model that it was made for: one value, or several for layers that join them. */
  get input(): SymbolicTensor | readonly SymbolicTensor[] {
    const { inputs } = this.output.source!;
    return inputs.length === 1 ? inputs[0] : inputs;
  }

  /** Says what it gives in the model that it is part of now. Called by `sequential`, which applies its layers again. */
  adoptOutput(output: SymbolicTensor): void {
    this.applied = output;
  }

  /** The output's shape without the batch; throws a StriateError where the inputs do not suit the layer. */
  abstract outputShape(inputShapes: readonly Shape[]): Shape;

  /** Adds the operators and returns the output; the caller opens the scope of the layer's name. */
  abstract call(context: LayerContext, inputs: readonly Node[]): Node;

  /** What makes the layer again, JSON values only; a layer without it cannot be saved with its model's configuration. */
  config?(): Record<string, unknown>;

  /** Its sliding window, for receptive fields; left out by layers that look at single positions. */
  window?(): LayerWindow | 'global';

  /** Adds the weights with `addWeight`; left out by layers that have none. */
  protected build?(inputShapes: readonly Shape[]): void;

  /** Adds a weight under this layer's name. */
  protected addWeight(
    name: string,
    shape: Shape,
    initializer: Initializer,
    options: { readonly role?: VariableRole; readonly regularizer?: Regularizer } = {},
  ): Variable {
    if (!this.builtFor) throw new StriateError({ where: this.className, rule: 'weights are added in build' });
    const full = `${this.name}/${name}`;
    const random = (): Random => new Random([this.modelSeed, hashName(full)]);
    const variable = new Variable(full, shape, options.role ?? 'weight', () => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      initializer.fill(values, shape, random());
      return values;
    });
    this.ownWeights.push({ name, variable, regularizer: options.regularizer });
    return variable;
  }

  /** Says where the weights' values are from now on. Called by the model that it becomes part of. */
  liveIn(home: WeightHome): void {
    this.home = home;
  }

  /** Replaces a weight's value; before the layer is part of a model there is none yet but what it starts with. */
  protected async setWeight(variable: Variable, value: Float32Array): Promise<void> {
    await this.home?.write(variable, value);
  }

  static {
    refuseForeignNames(this.prototype, 'layer', {
      'getWeights get_weights': "write await model.getWeights(), whose keys are layer/weight: 'conv2d/kernel'",
      'setWeights set_weights':
        'write model.setWeights(map) with all weights, or model.loadWeights(…, { strict: false })',
      'trainableWeights trainable_weights trainableVariables variables parameters': 'write weights',
      'countParams count_params': 'write model.summarize().layers, which has the parameters of each',
      'getConfig get_config': 'write config()',
      'computeOutputShape compute_output_shape':
        'write outputShape([shape]); a layer of your own has a method of that name',
      'outputShape output_shape':
        'a layer of your own has outputShape([shape]), which gives the shape without the batch',
      'getOutputAt getInputAt get_output_at get_input_at': 'write output or input',
      'requiresGrad requires_grad_': 'write trainable = false',
      input_shape: 'write input.shape',
      'forward __call__': 'write apply(x) in a model under construction',
    });
    refusePythonNames(this.prototype, 'layer');
  }

  /** A seed of this layer's own, for random operators. */
  protected get randomSeed(): number {
    return mix32((this.modelSeed ^ hashName(this.name)) >>> 0);
  }
}

/** FNV-1a over a name, so that a weight's starting values do not depend on the order in which layers are built. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
