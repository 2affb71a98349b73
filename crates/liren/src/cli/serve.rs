//! `liren serve`.

use super::args::Serve;
use super::data::open_as;
use super::say;
use crate::base::web::server;
use crate::base::{App, Hold, Opening, Result, backup, error};

pub async fn run(args: Serve) -> Result<u8> {
    let folder = &args.folder;
    // Held before it is opened: no other program upgrades or serves it. A folder that is none is not written to.
    let there = folder.database.is_some() || folder.data.join(backup::DATABASE).exists();
    let hold = if there { Some(Hold::of(&folder.data)?) } else { None };
    let app = open_as(folder, Opening { hold, ..Opening::default() }).await?;
    listen(app, &args.host, args.port).await
}

/// Serves until the process is asked to stop.
pub async fn listen(app: App, host: &str, port: u16) -> Result<u8> {
    let listener = tokio::net::TcpListener::bind((host, port)).await.map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("不能在 {host}:{port} 提供服务：{zh}。请换一个端口:--port 7481。"),
            format!("Cannot serve on {host}:{port}: {en}. Choose another port: --port 7481."),
        )
    })?;
    let port = listener.local_addr().map_or(port, |address| address.port());
    say(&format!("里仁已就绪 / ready: http://{host}:{port}  (Ctrl-C 停止)"));
    let service = crate::routes(&app).into_service(app.clone());
    server::serve(listener, service, stop()).await;
    app.db.close().await;
    Ok(0)
}

async fn stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminate) = terminate {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}
