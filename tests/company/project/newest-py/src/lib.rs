//! Finds the newest of several versions, for Python.

/// The module.
#[pyo3::pymodule]
mod newest_py {
    use pyo3::pyfunction;

    /// The newest of the versions in a JSON array.
    #[pyfunction]
    fn newest(json: &str) -> Option<String> {
        ::newest::newest(json).map(|version| version.to_string())
    }
}
