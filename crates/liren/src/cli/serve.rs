//! `liren serve`.

use std::net::IpAddr;

use super::args::Serve;
use super::data::open_as;
use super::say;
use crate::base::nightly::{self, Nightly};
use crate::base::web::server;
use crate::base::{App, Hold, Opening, Result, backup, error};
use crate::{access, accounts};

pub async fn run(args: Serve) -> Result<u8> {
    let folder = &args.folder;
    // Held before it is opened: no other program upgrades or serves it. A folder that is none is not written to.
    let there = folder.database.is_some() || folder.data.join(backup::DATABASE).exists();
    let hold = if there { Some(Hold::of(&folder.data)?) } else { None };
    let mut app = open_as(folder, Opening { hold, create: args.new, ..Opening::default() }).await?;
    for origin in &args.origin {
        app.trust(origin)?;
    }
    let nightly = (!args.no_backup).then(|| {
        let usual = Nightly::of(&folder.data);
        Nightly { folder: args.backups.unwrap_or(usual.folder.clone()), ..usual }
    });
    let night = nightly.map(|how| tokio::spawn(nightly::every_night(app.clone(), how)));
    let code = listen(app, &args.host, args.port, args.proxy).await;
    if let Some(night) = night {
        night.abort();
    }
    code
}

/// Serves until the process is asked to stop.
pub async fn listen(app: App, host: &str, port: u16, proxies: Vec<IpAddr>) -> Result<u8> {
    let listener = tokio::net::TcpListener::bind((host, port)).await.map_err(|e| {
        let (zh, en) = error::io_words(&e);
        error::invalid(
            format!("不能在 {host}:{port} 提供服务：{zh}。请换一个端口:--port 7481。"),
            format!("Cannot serve on {host}:{port}: {en}. Choose another port: --port 7481."),
        )
    })?;
    let port = listener.local_addr().map_or(port, |address| address.port());
    say(&format!("里仁已就绪 / ready: http://{host}:{port}  (Ctrl-C 停止)"));
    if let Some(first) = accounts::verbs::first(&app).await? {
        let link = format!("http://{host}:{port}/welcome?link={}", first.token);
        say(&format!(
            "还没有人能登录。第一个账户(社区书记)请打开这个链接设置密码，只能用一次：\n  {link}\nNobody can sign in yet. The first account (the secretary) sets its password here, once."
        ));
    }
    if let Some(word) = access::link(&app).await? {
        let link = format!("http://{host}:{port}/start?link={word}");
        say(&format!(
            "这里还没有社区。请打开这个链接建立社区和第一个账户：\n  {link}\nThere is no community yet. Make one, and its first account, here."
        ));
    }
    let service = crate::routes(&app).into_service(app.clone());
    server::serve(listener, service, proxies, stop()).await;
    app.trail.close().await?;
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
