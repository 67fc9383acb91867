import type {
  AttributeProto,
  DimensionProto,
  Draft,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from './proto.js';
import { decodeMessage, encodeMessage, many, one, type Field } from './wire.js';

// The wire format is read by a package: this file is loaded with the first ONNX file, so that a page without a bundler, which
// cannot find packages by their names, does without it.

/** A message's fields with their numbers in onnx.proto; each is written as its type in TypeScript says. */
export type FieldsOf<Message> = { readonly [Name in keyof Message]-?: FieldOf<NonNullable<Message[Name]>> };

type NumberKind = 'int' | 'float' | 'double';

type FieldOf<Value> = [Value] extends [string]
  ? Field<'string', false>
  : [Value] extends [number]
    ? Field<NumberKind, false>
    : [Value] extends [Uint8Array]
      ? Field<'bytes', false>
      : [Value] extends [readonly number[] | Float32Array | Float64Array]
        ? Field<NumberKind, true>
        : [Value] extends [readonly string[]]
          ? Field<'string', true>
          : [Value] extends [readonly (infer Item)[]]
            ? Field<() => FieldsOf<Item>, true>
            : Field<() => FieldsOf<Value>, false>;

const entryFields: FieldsOf<StringStringEntryProto> = { key: one(1, 'string'), value: one(2, 'string') };

const tensorFields: FieldsOf<TensorProto> = {
  dims: many(1, 'int'),
  dataType: one(2, 'int'),
  floatData: many(4, 'float'),
  int32Data: many(5, 'int'),
  stringData: many(6, 'string'),
  int64Data: many(7, 'int'),
  name: one(8, 'string'),
  rawData: one(9, 'bytes'),
  doubleData: many(10, 'double'),
  uint64Data: many(11, 'int'),
  docString: one(12, 'string'),
  externalData: many(13, () => entryFields),
  dataLocation: one(14, 'int'),
};

const attributeFields: FieldsOf<AttributeProto> = {
  name: one(1, 'string'),
  f: one(2, 'float'),
  i: one(3, 'int'),
  s: one(4, 'string'),
  t: one(5, () => tensorFields),
  g: one(6, () => graphFields),
  floats: many(7, 'float'),
  ints: many(8, 'int'),
  strings: many(9, 'string'),
  docString: one(13, 'string'),
  type: one(20, 'int'),
  refAttrName: one(21, 'string'),
};

const nodeFields: FieldsOf<NodeProto> = {
  input: many(1, 'string'),
  output: many(2, 'string'),
  name: one(3, 'string'),
  opType: one(4, 'string'),
  attribute: many(5, () => attributeFields),
  docString: one(6, 'string'),
  domain: one(7, 'string'),
};

const dimensionFields: FieldsOf<DimensionProto> = { dimValue: one(1, 'int'), dimParam: one(2, 'string') };
const shapeFields: FieldsOf<TensorShapeProto> = { dim: many(1, () => dimensionFields) };
const tensorTypeFields: FieldsOf<TensorTypeProto> = { elemType: one(1, 'int'), shape: one(2, () => shapeFields) };
const typeFields: FieldsOf<TypeProto> = { tensorType: one(1, () => tensorTypeFields) };
const valueInfoFields: FieldsOf<ValueInfoProto> = {
  name: one(1, 'string'),
  type: one(2, () => typeFields),
  docString: one(3, 'string'),
};

const graphFields: FieldsOf<GraphProto> = {
  node: many(1, () => nodeFields),
  name: one(2, 'string'),
  initializer: many(5, () => tensorFields),
  docString: one(10, 'string'),
  input: many(11, () => valueInfoFields),
  output: many(12, () => valueInfoFields),
  valueInfo: many(13, () => valueInfoFields),
};

const operatorSetFields: FieldsOf<OperatorSetIdProto> = { domain: one(1, 'string'), version: one(2, 'int') };
const functionFields: FieldsOf<FunctionProto> = {
  name: one(1, 'string'),
  input: many(4, 'string'),
  output: many(5, 'string'),
  node: many(7, () => nodeFields),
  domain: one(10, 'string'),
  attributeProto: many(11, () => attributeFields),
};

const modelFields: FieldsOf<ModelProto> = {
  irVersion: one(1, 'int'),
  producerName: one(2, 'string'),
  producerVersion: one(3, 'string'),
  domain: one(4, 'string'),
  modelVersion: one(5, 'int'),
  docString: one(6, 'string'),
  graph: one(7, () => graphFields),
  opsetImport: many(8, () => operatorSetFields),
  metadataProps: many(14, () => entryFields),
  functions: many(25, () => functionFields),
};

/**
 * The messages of an ONNX file. Fields that a reader of networks does not need (sparse initializers, training information,
 * quantisation annotations) are skipped.
 *
 * @param label - Begins every message: `onnx 'net.onnx'`.
 * @throws StriateError when the bytes are not an ONNX file.
 */
export function decodeModelProto(bytes: Uint8Array, label: string): ModelProto {
  return decodeMessage(label, modelFields, bytes) as unknown as ModelProto;
}

/** An ONNX file's bytes. */
export function encodeModelProto(model: Draft<ModelProto>): Uint8Array {
  return encodeMessage(modelFields, model);
}
