//! Where things are: the checkout, the build folder, a folder that goes away.

use std::path::{Path, PathBuf};

/// The root of the checkout.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    here.and_then(|dir| dir.parent().map(Path::to_path_buf)).unwrap_or_else(|| PathBuf::from("."))
}

/// Cargo's build folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// A program found on the search path.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// A new folder below the system's temporary folder, removed when it is dropped.
pub struct TempDir(PathBuf);

impl TempDir {
    /// The name carries this process's number: what a killed run left behind is swept away by the next one.
    pub fn new(what: &str) -> crate::Result<TempDir> {
        sweep(what);
        let path = std::env::temp_dir().join(format!("{what}-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|e| format!("cannot make the folder {}: {e}", path.display()))?;
        Ok(TempDir(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sweep(what: &str) {
    for entry in std::fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let number =
            name.strip_prefix(what).and_then(|rest| rest.strip_prefix('-')).and_then(|n| n.parse::<u32>().ok());
        if let Some(number) = number
            && Path::new("/proc/self").exists()
            && !Path::new(&format!("/proc/{number}")).exists()
        {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// A port nobody listens on at this moment.
pub fn free_port() -> crate::Result<u16> {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|e| format!("there is no free port on 127.0.0.1: {e}"))
}
