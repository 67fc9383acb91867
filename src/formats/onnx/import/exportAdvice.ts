/** How the number of examples is left open, with both of PyTorch's exporters. */
export const freeBatch =
  "export with a free batch size: torch.onnx.export(…, dynamic_axes={'x': {0: 'batch'}}), or with dynamo=True dynamic_shapes=({0: torch.export.Dim('batch')},)";
