// One import for library users.
@_exported public import Adapters
@_exported public import Datasets
@_exported public import Evaluation
@_exported public import Hub
@_exported public import Layers
@_exported public import Models
@_exported public import Optimizers
@_exported public import Recipes
@_exported public import Tasks
@_exported public import Tokenizers
@_exported public import Torch
@_exported public import Tracking
@_exported public import Training

/// What this release is.
public enum Release {
  /// The version, as in CHANGELOG.md.
  public static let version = "0.1.0"
}
