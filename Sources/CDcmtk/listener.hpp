// Waits for a peer's report on a storage commitment, which most peers send over an association of their own.
#pragma once
#include "association.hpp"

namespace cd {

/// Receives one N-EVENT-REPORT and acknowledges it. `report` stays empty if something else came that was answered.
cd_net_status receive_report(T_ASC_Association *peer, int timeout, std::unique_ptr<DcmDataset> &report, char *message);

class Listener {
public:
    Listener() = default;
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;
    ~Listener();

    cd_net_status open(uint16_t port, const cd_node &node, char *message);
    /// Waits for one association and takes its report.
    cd_net_status report(int timeout, std::unique_ptr<DcmDataset> &report, char *message);

private:
    T_ASC_Network *network_ = nullptr;
    std::string ours_;
    int timeout_ = 30;
};

}  // namespace cd
