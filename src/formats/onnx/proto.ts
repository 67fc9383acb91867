/** ONNX's numbers for the types of a tensor's elements (`TensorProto.dataType`). */
export const elementTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const;

/** One of ONNX's numbers for a type of elements. */
export type ElementType = (typeof elementTypes)[keyof typeof elementTypes];

/** The types of numbers that need not be whole. */
export const floatTypes: readonly number[] = [
  elementTypes.float,
  elementTypes.double,
  elementTypes.float16,
  elementTypes.bfloat16,
];

/** ONNX's numbers for the types of a node's attributes (`AttributeProto.type`). */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
  tensors: 9,
  graphs: 10,
} as const;

/** A pair of texts: metadata, and where external data lie. */
export interface StringStringEntryProto {
  readonly key?: string;
  readonly value?: string;
}

/** Constant numbers: `dims` and, by type, one of the data fields; int64 values are doubles (exact up to 2⁵³). */
export interface TensorProto {
  readonly dims: readonly number[];
  readonly dataType?: number;
  readonly floatData: readonly number[] | Float32Array;
  readonly int32Data: readonly number[];
  readonly stringData: readonly string[];
  readonly int64Data: readonly number[];
  readonly name?: string;
  /** Little-endian; a view of the file's bytes. */
  readonly rawData?: Uint8Array;
  readonly doubleData: readonly number[] | Float64Array;
  readonly uint64Data: readonly number[];
  readonly docString?: string;
  readonly externalData: readonly StringStringEntryProto[];
  /** 1: the numbers lie in another file. */
  readonly dataLocation?: number;
}

/** One setting of a node. */
export interface AttributeProto {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly floats: readonly number[] | Float32Array;
  readonly ints: readonly number[];
  readonly strings: readonly string[];
  readonly docString?: string;
  /** One of `attributeTypes`. */
  readonly type?: number;
  readonly refAttrName?: string;
}

/** One operator of a graph; an empty input name is an optional input left out. */
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute: readonly AttributeProto[];
  readonly docString?: string;
  /** Empty for ONNX's own operators. */
  readonly domain?: string;
}

/** One axis of a shape: a number, a name (a free size), or neither. */
export interface DimensionProto {
  readonly dimValue?: number;
  readonly dimParam?: string;
}

/** A shape. */
export interface TensorShapeProto {
  readonly dim: readonly DimensionProto[];
}

/** A tensor's type. */
export interface TensorTypeProto {
  /** One of `elementTypes`. */
  readonly elemType?: number;
  readonly shape?: TensorShapeProto;
}

/** A value's type. */
export interface TypeProto {
  readonly tensorType?: TensorTypeProto;
}

/** A named value with its type. */
export interface ValueInfoProto {
  readonly name?: string;
  readonly type?: TypeProto;
  readonly docString?: string;
}

/** Nodes in an order in which they can be computed. */
export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name?: string;
  readonly initializer: readonly TensorProto[];
  readonly docString?: string;
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
  readonly valueInfo: readonly ValueInfoProto[];
}

/** Which version of which operators a model uses. */
export interface OperatorSetIdProto {
  readonly domain?: string;
  readonly version?: number;
}

/** An operator made of others. */
export interface FunctionProto {
  readonly name?: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly node: readonly NodeProto[];
  readonly domain?: string;
  /** Settings that have a value where the calling node gives none. */
  readonly attributeProto: readonly AttributeProto[];
}

/** A whole ONNX file. */
export interface ModelProto {
  readonly irVersion?: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: number;
  readonly docString?: string;
  readonly graph?: GraphProto;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly metadataProps: readonly StringStringEntryProto[];
  readonly functions: readonly FunctionProto[];
}

/** A message to be written: lists may be left out. */
export type Draft<T> = T extends readonly number[] | Float32Array | Float64Array | Uint8Array | string | number
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Draft<Item>[]
    : { readonly [K in keyof T]?: Draft<T[K]> };
