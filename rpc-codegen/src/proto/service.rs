//! Services and methods.

use polyrpc_core::schema::proto::{Method, Service};

use super::scope::Names;
use super::text::Text;

pub(super) fn render(service: &Service, package: &str, names: &Names, out: &mut Text) {
    out.docs(&service.docs);
    out.block(&format!("service {}", service.name), |out| {
        if service.deprecated {
            out.line("option deprecated = true;");
        }
        for method in &service.methods {
            out.part();
            render_method(method, package, names, out);
        }
    });
}

fn render_method(method: &Method, package: &str, names: &Names, out: &mut Text) {
    let stream = |streaming| if streaming { "stream " } else { "" };
    let (input, output) = (names.short(&method.input, package), names.short(&method.output, package));
    let (inward, outward) = (stream(method.client_streaming), stream(method.server_streaming));
    let head = format!("rpc {}({inward}{input}) returns ({outward}{output})", method.name);
    out.docs(&method.docs);
    if !method.deprecated && !method.idempotent {
        return out.line(&(head + ";"));
    }
    out.block(&head, |out| {
        if method.deprecated {
            out.line("option deprecated = true;");
        }
        if method.idempotent {
            out.line("option idempotency_level = IDEMPOTENT;");
        }
    });
}
