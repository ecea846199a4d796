// The forward pass of BERT for one chunk of texts (Devlin et al. 2018), on one thread.

internal import CVectorKernels

/// Computes texts' vectors from their tokens.
struct BertEncoder: Sendable {
  /// Rows of the feed-forward layers computed together at most: their intermediate matrix stays in the second-level
  /// cache.
  private static let largestBlock = 144

  let weights: BertWeights

  /// Encodes texts whose tokens are the rows of one matrix, one text after the other, without padding.
  ///
  /// - Parameters:
  ///   - ids: The tokens of all texts, every id within the vocabulary.
  ///   - lengths: The number of tokens of each text; each at least 1 and at most the number of positions.
  ///   - output: Receives `hiddenSize` values per text, of unit length.
  ///   - readStates: Is given the last layer's states, a row of `hiddenSize` values per token, before they are gone.
  /// - Returns: Whether every vector is valid. One is not where the weights hold values that are no numbers.
  func encode(
    _ ids: UnsafeBufferPointer<Int32>, lengths: ArraySlice<Int>, workspace: Workspace,
    into output: UnsafeMutablePointer<Float>, readStates: (UnsafePointer<Float>) -> Void = { _ in }
  ) -> Bool {
    guard let ids = ids.baseAddress, let longest = lengths.max() else { return true }
    let configuration = weights.configuration
    let width = configuration.hiddenSize
    let rows = lengths.reduce(0, +)
    let level = cpu_level()
    // Blocks of the same size: a thin one would read all weights for a few rows.
    let blocks = (rows + Self.largestBlock - 1) / Self.largestBlock
    let blockRows = (rows + blocks - 1) / blocks
    workspace.reserve(
      configuration, precision: weights.precision, rows: rows, blockRows: blockRows, longest: longest)
    let hidden = workspace.hidden.start

    forEachText(lengths) { row, length in
      encoder_embed(
        level, ids + row, length, weights.words, weights.positions, weights.types, width, hidden + row * width)
    }
    normalize(level, hidden, nil, weights.embeddingNorm, rows: rows)
    for layer in weights.layers {
      attend(layer, level, lengths: lengths, rows: rows, workspace)
      var row = 0
      while row < rows {
        let count = min(blockRows, rows - row)
        feedForward(layer, level, row: row, count: count, workspace)
        row += count
      }
    }

    readStates(hidden)
    var valid = true
    var text = 0
    forEachText(lengths) { row, length in
      let tokens = configuration.pooling == .classification ? 1 : length
      let norm = encoder_pool(level, hidden + row * width, tokens, width, output + text * width)
      if !(norm > 0 && norm.isFinite) { valid = false }
      text += 1
    }
    return valid
  }

  private func forEachText(_ lengths: ArraySlice<Int>, _ body: (_ row: Int, _ length: Int) -> Void) {
    var row = 0
    for length in lengths {
      body(row, length)
      row += length
    }
  }

  /// Self-attention of every text, up to the weighted means of its values.
  private func attend(
    _ layer: BertWeights.Layer, _ level: CPULevel, lengths: ArraySlice<Int>, rows: Int, _ workspace: Workspace
  ) {
    let configuration = weights.configuration
    let width = configuration.hiddenSize
    layer.attention.apply(level, workspace.hidden.start, rows: rows, to: workspace.projected.start, workspace)
    forEachText(lengths) { row, length in
      encoder_attention(
        level, workspace.projected.start + row * width * 3, length, configuration.heads, configuration.headSize,
        workspace.attended.start + row * width, workspace.scratch.start)
    }
  }

  /// What follows attention in a layer; it works on rows one by one, so that any block of them can be taken.
  private func feedForward(
    _ layer: BertWeights.Layer, _ level: CPULevel, row: Int, count: Int, _ workspace: Workspace
  ) {
    let width = weights.configuration.hiddenSize
    let hidden = workspace.hidden.start + row * width
    let normalized = workspace.normalized.start
    layer.attentionOutput.apply(level, workspace.attended.start + row * width, rows: count, to: normalized, workspace)
    normalize(level, normalized, hidden, layer.attentionNorm, rows: count)
    layer.intermediate.apply(level, normalized, rows: count, then: layer.output, to: hidden, workspace)
    normalize(level, hidden, normalized, layer.outputNorm, rows: count)
  }

  private func normalize(
    _ level: CPULevel, _ x: UnsafeMutablePointer<Float>, _ residual: UnsafePointer<Float>?, _ norm: LayerNorm,
    rows: Int
  ) {
    encoder_add_layer_norm(
      level, x, residual, norm.gain, norm.offset, rows, weights.configuration.hiddenSize,
      weights.configuration.layerNormEpsilon)
  }
}
